// Preloaded into a process: the name two.example has two addresses of the loopback network.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const ADDRESSES = ['127.0.0.9', '127.0.0.1'].map((address) => ({ address, family: 4 }));
const { lookup } = dns;
const { lookup: lookupLater } = dns.promises;

dns.lookup = (name, options, callback) => {
  if (name === 'two.example' && options.all) process.nextTick(callback, null, ADDRESSES);
  else lookup(name, options, callback);
};
dns.promises.lookup = async (name, options) =>
  name === 'two.example' && options.all ? ADDRESSES : lookupLater(name, options);
syncBuiltinESMExports();
