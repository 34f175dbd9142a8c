// ccxt's Binance USD-M client, unchanged but for the address, trades on the simulated exchange that
// speaks as Binance USD-M. Its certificate is verified: NODE_EXTRA_CA_CERTS names the authority.
//
//   node ccxt_binanceusdm.mjs PORT CONTROL_PORT KEY SECRET
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { mover, run, stayHere } from './kit.mjs';

const [port, controlPort, apiKey, secret] = process.argv.slice(2);
const symbol = 'BTC/USDT:USDT';

const client = (credentials) => stayHere(new ccxt.binanceusdm({
  ...credentials,
  options: { fetchMarkets: { types: ['linear'] }, fetchMargins: false },
  has: { fetchCurrencies: false },
}), port);
const move = mover(controlPort);
const exchange = client({ apiKey, secret });

// As the venue says it: ccxt's own view would ask for leverage brackets, which nothing here has.
async function held() {
  const positions = await exchange.fapiPrivateV3GetPositionRisk();
  return positions.reduce((sum, p) => sum + Number(p.positionAmt), 0);
}

await run({
  async 'loads markets'() {
    const market = (await exchange.loadMarkets())[symbol];
    assert.ok(market.swap && market.linear && market.active);
    assert.deepEqual([market.id, market.base, market.settle], ['BTCUSDT', 'BTC', 'USDT']);
    assert.equal(market.precision.price, 0.01);
  },

  async 'fetches bid and ask, and the time'() {
    const ticker = (await exchange.fetchBidsAsks([symbol]))[symbol];
    assert.ok(ticker.bid < ticker.ask && ticker.ask < 60001, JSON.stringify(ticker));
    assert.ok(Math.abs(await exchange.fetchTime() - Date.now()) < 10_000);
  },

  async 'fetches the balance'() {
    const balance = await exchange.fetchBalance();
    assert.equal(balance.USDT.total, 10000);
  },

  async 'buys at market'() {
    const { id } = await exchange.createOrder(symbol, 'market', 'buy', 0.01);
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.side, order.filled], ['closed', 'buy', 0.01]);
    assert.equal(await held(), 0.01);
    const [trade] = await exchange.fetchMyTrades(symbol, Date.now() - 60_000);
    assert.deepEqual([trade.order, trade.side, trade.amount], [id, 'buy', 0.01]);
  },

  async 'a limit order rests and is cancelled'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 61000);
    const [open] = await exchange.fetchOpenOrders(symbol);
    assert.deepEqual([open.id, open.status, open.price, open.amount], [id, 'open', 61000, 0.01]);
    await exchange.cancelOrder(id, symbol);
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
  },

  async 'a stop-loss closes the position when its price is reached'() {
    await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined,
      { stopLossPrice: 59000, reduceOnly: true });
    await move('58990');
    assert.equal(await held(), 0);
    await move('60000');
  },

  async 'refusals arrive as the errors that ccxt has for them'() {
    await assert.rejects(exchange.cancelOrder('987654321', symbol), ccxt.OrderNotFound);
    const stranger = client({ apiKey, secret: 'not the secret' });
    await assert.rejects(stranger.fetchBalance(), ccxt.AuthenticationError);
  },
});
