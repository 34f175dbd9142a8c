// What every script of ours that trades with ccxt needs.
import assert from 'node:assert/strict';

// Every address, so that nothing can leave this machine by one that was forgotten.
export function stayHere(exchange, port) {
  for (const [name, url] of Object.entries(exchange.urls.api)) {
    exchange.urls.api[name] = url.replace(/^https?:\/\/[^/]+/, `https://127.0.0.1:${port}`);
  }
  return exchange;
}

// Moves the simulated market by the control port.
export function mover(controlPort) {
  return async (price) => {
    const answer = await fetch(`http://127.0.0.1:${controlPort}/simulator/move`, {
      method: 'POST',
      body: JSON.stringify({ price, quantity: '10' }),
    });
    assert.equal(answer.status, 200);
  };
}

// One after the other, each told; ends the process.
export async function run(steps) {
  let failed = 0;
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
  }
  process.exit(failed === 0 ? 0 : 1);
}
