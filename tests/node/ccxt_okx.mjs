// ccxt's OKX client, unchanged but for the address, trades on the simulated exchange that speaks as
// OKX. Its certificate is verified: NODE_EXTRA_CA_CERTS names the authority.
//
//   node ccxt_okx.mjs PORT CONTROL_PORT KEY SECRET
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { mover, run, stayHere } from './kit.mjs';

const [port, controlPort, apiKey, secret] = process.argv.slice(2);
const symbol = 'BTC/USDT';

const client = (credentials) => stayHere(new ccxt.okx({
  ...credentials,
  password: 'simulatorPass',
  options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] },
    createOrder: 'privatePostTradeOrder' },  // ccxt would send a batch of one
  has: { fetchCurrencies: false },
}), port);
const move = mover(controlPort);
const exchange = client({ apiKey, secret });

await run({
  async 'loads markets'() {
    const market = (await exchange.loadMarkets())[symbol];
    assert.ok(market.spot && market.active);
    assert.deepEqual([market.id, market.base, market.quote], ['BTC-USDT', 'BTC', 'USDT']);
    assert.equal(market.precision.price, 0.01);
    assert.equal(market.precision.amount, 0.00001);
  },

  async 'fetches ticker, book and time'() {
    const ticker = await exchange.fetchTicker(symbol);
    assert.equal(ticker.symbol, symbol);
    assert.ok(ticker.bid < ticker.ask && ticker.ask < 60001, JSON.stringify(ticker));
    const book = await exchange.fetchOrderBook(symbol, 5);
    assert.equal(book.bids[0][0], ticker.bid);
    assert.ok(Math.abs(await exchange.fetchTime() - Date.now()) < 10_000);
  },

  async 'fetches the balance'() {
    const balance = await exchange.fetchBalance();
    assert.deepEqual([balance.BTC.total, balance.USDT.total], [1, 100000]);
  },

  async 'buys at market'() {
    const { id } = await exchange.createOrder(symbol, 'market', 'buy', 0.01, undefined,
      { tgtCcy: 'base_ccy' });
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.side, order.filled], ['closed', 'buy', 0.01]);
    const [trade] = await exchange.fetchMyTrades(symbol);
    assert.deepEqual([trade.order, trade.side, trade.amount], [id, 'buy', 0.01]);
  },

  async 'a limit order rests and is cancelled'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 61000);
    const [open] = await exchange.fetchOpenOrders(symbol);
    assert.deepEqual([open.id, open.status, open.price, open.amount], [id, 'open', 61000, 0.01]);
    await exchange.cancelOrder(id, symbol);
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
  },

  async 'a stop-loss sells at market when its price is reached'() {
    const before = (await exchange.fetchBalance()).BTC.total;
    await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined, { stopLossPrice: 59000 });
    await move('58990');
    assert.ok(Math.abs(before - (await exchange.fetchBalance()).BTC.total - 0.01) < 1e-9);
    await move('60000');
  },

  async 'refusals arrive as the errors that ccxt has for them'() {
    await assert.rejects(exchange.createOrder(symbol, 'market', 'sell', 5),
      ccxt.InsufficientFunds);
    await assert.rejects(exchange.cancelOrder('987654321', symbol), ccxt.OrderNotFound);
    const stranger = client({ apiKey, secret: 'not the secret' });
    await assert.rejects(stranger.fetchBalance(), ccxt.AuthenticationError);
  },
});
