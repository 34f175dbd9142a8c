// ccxt's Coinbase client, unchanged but for the address, trades on the simulated exchange that speaks
// as Coinbase. Its certificate is verified: NODE_EXTRA_CA_CERTS names the authority.
//
//   node ccxt_coinbase.mjs PORT CONTROL_PORT KEY
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import ccxt from 'ccxt';
import { mover, run, stayHere } from './kit.mjs';

const [port, controlPort, apiKey] = process.argv.slice(2);
const symbol = 'BTC/USDT';

// The private key of RFC 7515's example: the simulator gives it to every key that has none.
const secret = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49
AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b
focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==
-----END EC PRIVATE KEY-----
`;

// Ten public calls a second are allowed.
const client = (credentials) => stayHere(new ccxt.coinbase({ ...credentials, rateLimit: 120 }), port);
const move = mover(controlPort);
const exchange = client({ apiKey, secret });

// ccxt asks the older interface for balances unless told otherwise.
const advanced = { v3: true };
// ccxt's own order ids are longer than any that the simulated exchange keeps (36).
const named = () => ({ client_order_id: crypto.randomUUID() });

await run({
  async 'loads markets'() {
    const market = (await exchange.loadMarkets())[symbol];
    assert.ok(market.spot && market.active);
    assert.deepEqual([market.id, market.base, market.quote], ['BTC-USDT', 'BTC', 'USDT']);
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
    const balance = await exchange.fetchBalance(advanced);
    assert.deepEqual([balance.BTC.free, balance.USDT.free], [1, 100000]);
  },

  async 'buys at market, for so much money'() {
    const { id } = await exchange.createOrder(symbol, 'market', 'buy', 0.01, 60000, named());
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.side], ['closed', 'buy']);
    assert.ok(order.filled > 0.0099 && order.filled <= 0.01, String(order.filled));
    const [trade] = await exchange.fetchMyTrades(symbol);
    assert.deepEqual([trade.order, trade.side], [id, 'buy']);
    assert.ok((await exchange.fetchBalance(advanced)).USDT.free < 99500);
  },

  async 'a limit order rests and is cancelled'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.01, 61000, named());
    const [open] = await exchange.fetchOpenOrders(symbol);
    assert.deepEqual([open.id, open.status, open.price, open.amount], [id, 'open', 61000, 0.01]);
    await exchange.cancelOrder(id, symbol);
    assert.equal((await exchange.fetchOrder(id, symbol)).status, 'canceled');
    assert.deepEqual(await exchange.fetchOpenOrders(symbol), []);
  },

  async 'a stop-loss becomes a limit order when its price is reached'() {
    const { id } = await exchange.createOrder(symbol, 'limit', 'sell', 0.005, 58000,
      { stopLossPrice: 59000, ...named() });
    const waiting = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([waiting.status, waiting.triggerPrice, waiting.price], ['open', 59000, 58000]);
    await move('58990');
    const order = await exchange.fetchOrder(id, symbol);
    assert.deepEqual([order.status, order.filled], ['closed', 0.005]);
    await move('60000');
  },

  async 'refusals arrive as the errors that ccxt has for them'() {
    await assert.rejects(exchange.createOrder(symbol, 'market', 'sell', 5, undefined, named()), ccxt.InsufficientFunds);
    await assert.rejects(exchange.cancelOrder('00000000-0000-0000-0000-000000000999', symbol),
      ccxt.BadRequest);
    const { privateKey } = crypto.generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'sec1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await assert.rejects(client({ apiKey, secret: privateKey }).fetchBalance(advanced),
      ccxt.AuthenticationError);
  },
});
