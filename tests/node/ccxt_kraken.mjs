// ccxt's Kraken client, unchanged but for the address, trades on the simulated exchange that speaks
// as Kraken. Its certificate is verified: NODE_EXTRA_CA_CERTS names the authority.
//
//   node ccxt_kraken.mjs PORT CONTROL_PORT KEY SECRET
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { mover, run, stayHere } from './kit.mjs';

const [port, controlPort, apiKey, secret] = process.argv.slice(2);
const symbol = 'BTC/USDT';

// Left alone, ccxt waits a second between calls.
const client = (credentials) => stayHere(new ccxt.kraken({ ...credentials, rateLimit: 100 }), port);
const move = mover(controlPort);
const exchange = client({ apiKey, secret });

await run({
  async 'loads markets'() {
    const market = (await exchange.loadMarkets())[symbol];
    assert.ok(market.spot && market.active);
    assert.deepEqual([market.id, market.base, market.quote], ['XBTUSDT', 'BTC', 'USDT']);
    assert.equal(market.precision.price, 0.01);
    assert.equal(market.precision.amount, 0.00001);
    assert.equal(market.limits.cost.min, 5);
    assert.ok(exchange.currencies.BTC);
  },

  async 'fetches ticker, book and time'() {
    const ticker = await exchange.fetchTicker(symbol);
    assert.equal(ticker.symbol, symbol);
    assert.ok(ticker.bid < ticker.ask && ticker.ask < 60001, JSON.stringify(ticker));
    const book = await exchange.fetchOrderBook(symbol, 5);
    assert.equal(book.bids.length, 5);
    assert.equal(book.bids[0][0], ticker.bid);
    assert.ok(Math.abs(await exchange.fetchTime() - Date.now()) < 10_000);
  },

  async 'fetches the balance'() {
    const balance = await exchange.fetchBalance();
    assert.deepEqual([balance.BTC.free, balance.USDT.free], [1, 100000]);
  },

  async 'buys at market'() {
    const { id } = await exchange.createOrder(symbol, 'market', 'buy', 0.01);
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.side, order.filled], ['closed', 'buy', 0.01]);
    const [trade] = await exchange.fetchMyTrades(symbol);
    assert.deepEqual([trade.order, trade.side, trade.amount], [id, 'buy', 0.01]);
    assert.ok((await exchange.fetchBalance()).USDT.free < 99500);
  },

  async 'a limit order rests and is cancelled'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 61000);
    const [open] = await exchange.fetchOpenOrders(symbol);
    assert.deepEqual([open.id, open.status, open.price, open.amount], [id, 'open', 61000, 0.01]);
    await exchange.cancelOrder(id, symbol);
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
  },

  async 'a stop-loss sells at market when its price is reached'() {
    const { id } = await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined,
      { stopLossPrice: 59000 });
    assert.equal((await exchange.fetchOrder(id, symbol)).info.descr.ordertype, 'stop-loss');
    await move('58990');
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.filled], ['closed', 0.01]);
    await move('60000');
  },

  async 'refusals arrive as the errors that ccxt has for them'() {
    await assert.rejects(exchange.createOrder(symbol, 'market', 'sell', 5),
      ccxt.InsufficientFunds);
    await assert.rejects(exchange.createOrder(symbol, 'limit', 'buy', 0.00002, 59000),
      /EOrder:(Order|Cost) minimum not met/);
    await assert.rejects(exchange.cancelOrder('OAAAAA-AAAAA-AAAAAA', symbol), ccxt.OrderNotFound);
    const stranger = client({ apiKey, secret: Buffer.from('not the secret').toString('base64') });
    await assert.rejects(stranger.fetchBalance(), /EAPI:Invalid signature/);
  },
});
