// ccxt's Binance client as its users use it, timed by the clock that the bench reads as well.
// Prints which orders it asked for and when; when they arrived is in the exchange's record.
//
//   node ccxt_orders.mjs PORT WARM_UP COUNT PACE_US
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

// ccxt is installed with the tests' packages.
const ccxt = createRequire(new URL('../tests/node/package.json', import.meta.url))('ccxt');
const [port, warmUp, count, pace] = process.argv.slice(2).map(Number);
const symbol = 'BTC/USDT';
const amount = 0.001;

const exchange = new ccxt.binance({
  apiKey: 'simulatorKey',
  secret: 'simulatorSecret',
  enableRateLimit: false,
  options: { fetchMarkets: { types: ['spot'] }, fetchMargins: false },
});
for (const [name, url] of Object.entries(exchange.urls.api)) {
  exchange.urls.api[name] = url.replace(/^https?:\/\/[^/]+/, `https://127.0.0.1:${port}`);
}
await exchange.loadMarkets();

const now = () => Number(process.hrtime.bigint());
const pause = () => sleep(pace / 1000);

const orders = [];
for (let n = 0; n < warmUp + count; n += 1) {
  const id = `ccxt-order-${n}`;
  const ns = now();
  await exchange.createOrder(symbol, 'market', 'buy', amount, undefined, { newClientOrderId: id });
  if (n >= warmUp) orders.push({ id, ns });
  await pause();
}

// The stop and the target can only be sent when the entry is known to be filled, and neither
// ends the other: that is what ccxt offers on this venue.
const brackets = [];
for (let n = 0; n < warmUp + count; n += 1) {
  const id = (leg) => `ccxt-${leg}-${n}`;
  const ns = now();
  const entry = await exchange.createOrder(symbol, 'market', 'buy', amount, undefined,
    { newClientOrderId: id('entry') });
  const { filled } = entry;
  await Promise.all([
    exchange.createOrder(symbol, 'market', 'sell', filled, undefined,
      { stopLossPrice: 55000, newClientOrderId: id('stop') }),
    exchange.createOrder(symbol, 'limit', 'sell', filled, 66000,
      { newClientOrderId: id('target') }),
  ]);
  if (n >= warmUp) {
    for (const leg of ['entry', 'stop', 'target']) brackets.push({ id: id(leg), ns });
  }
  await pause();
}
console.log(JSON.stringify({ orders, brackets }));
