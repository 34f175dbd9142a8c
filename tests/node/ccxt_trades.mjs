// ccxt's Binance client, unchanged but for the address, trades on the simulated exchange. Its
// certificate is verified: NODE_EXTRA_CA_CERTS names the authority.
//
//   node ccxt_trades.mjs PORT CONTROL_PORT KEY SECRET
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { mover, run, stayHere } from './kit.mjs';

const [port, controlPort, apiKey, secret] = process.argv.slice(2);
const symbol = 'BTC/USDT';

function client(credentials) {
  const exchange = new ccxt.binance({
    ...credentials,
    options: { fetchMarkets: { types: ['spot'] }, fetchMargins: false },
  });
  return stayHere(exchange, port);
}

const move = mover(controlPort);
const exchange = client({ apiKey, secret });
const steps = {
  async 'loads markets'() {
    const markets = await exchange.loadMarkets();
    const market = markets[symbol];
    assert.ok(market.spot && market.active);
    assert.deepEqual([market.base, market.quote], ['BTC', 'USDT']);
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
    const order = await exchange.createOrder(symbol, 'market', 'buy', 0.01);
    assert.deepEqual([order.status, order.filled, order.side], ['closed', 0.01, 'buy']);
    assert.ok(order.average > 59_000 && order.average < 60_100);
    const [trade] = await exchange.fetchMyTrades(symbol);
    assert.equal(trade.order, order.id);
    assert.deepEqual([trade.fee.currency, trade.fee.cost], ['BTC', 0.00001]);
    const balance = await exchange.fetchBalance();
    assert.equal(balance.BTC.free, 1.00999);
  },

  async 'a limit sell rests, is fetched and cancelled'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 61000);
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.type, order.price, order.remaining],
      ['open', 'limit', 61000, 0.01]);
    assert.equal((await exchange.fetchBalance()).BTC.used, 0.01);
    assert.deepEqual((await exchange.fetchOpenOrders(symbol)).map((o) => o.id), [id]);
    assert.equal((await exchange.cancelOrder(id, symbol)).status, 'canceled');
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
    assert.deepEqual(await exchange.fetchOpenOrders(symbol), []);
  },

  async 'a limit sell fills when the market comes to it'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 60500);
    await move('60600');
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.filled, order.average], ['closed', 0.01, 60500]);
    await move('60000');
  },

  async 'a stop-loss is placed and cancelled'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 58900,
      { stopLossPrice: 59000 });
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.triggerPrice, order.info.type],
      ['open', 59000, 'STOP_LOSS_LIMIT']);
    await exchange.cancelOrder(id, symbol);
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
  },

  async 'a stop-loss sells at market when its price is reached'() {
    const { id } = await exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined,
      { stopLossPrice: 59000 });
    assert.equal((await exchange.fetchOrder(id, symbol)).info.type, 'STOP_LOSS');
    await move('58990');
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.filled], ['closed', 0.01]);
    await move('60000');
  },

  async 'refusals arrive as the errors that ccxt has for them'() {
    await assert.rejects(exchange.createOrder(symbol, 'market', 'sell', 5),
      ccxt.InsufficientFunds);
    await assert.rejects(exchange.createOrder(symbol, 'limit', 'sell', 0.01, 10000),
      ccxt.InvalidOrder);  // outside the price band
    await assert.rejects(exchange.createOrder(symbol, 'limit', 'buy', 0.00001, 59000),
      /Filter failure: NOTIONAL/);
    await assert.rejects(exchange.createOrder(symbol, 'market', 'sell', 0.01, undefined,
      { stopLossPrice: 61000 }), ccxt.OrderImmediatelyFillable);
    await assert.rejects(exchange.fetchOrder('987654321', symbol), ccxt.OrderNotFound);
    await assert.rejects(exchange.cancelOrder('987654321', symbol), ccxt.OrderNotFound);
    const stranger = client({ apiKey, secret: 'not the secret' });
    await assert.rejects(stranger.fetchBalance(), ccxt.AuthenticationError);
  },
};

await run(steps);
