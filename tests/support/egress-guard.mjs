// Loaded before a server of ours (node --import): every connection to an address that is not named in EGRESS_ALLOWED fails,
// and is written to EGRESS_LOG. Plain JavaScript, since it runs before anything is compiled.
import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import net from 'node:net';

const allowed = new Set((process.env.EGRESS_ALLOWED ?? '').split(',').filter(Boolean));
const log = process.env.EGRESS_LOG;

function refuse(target) {
  if (log) appendFileSync(log, `${target}\n`);
  return Object.assign(new Error(`Egress to ${target} is blocked.`), { code: 'EACCES' });
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guarded(...args) {
  // net.connect hands over its arguments normalised, as an array in an array.
  const given = Array.isArray(args[0]) ? args[0] : args;
  const [first, second] = given;
  const options = typeof first === 'object' ? first : { port: first, host: second };
  if (options.path) return connect.apply(this, args);
  const target = `${options.host ?? 'localhost'}:${options.port}`;
  if (allowed.has(target)) return connect.apply(this, args);
  const error = refuse(target);
  process.nextTick(() => this.destroy(error));
  return this;
};

const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function guarded(...args) {
  const port = args.findLast((argument) => typeof argument === 'number');
  const host = args.findLast((argument) => typeof argument === 'string') ?? 'localhost';
  if (allowed.has(`${host}:${port}`)) return send.apply(this, args);
  throw refuse(`${host}:${port} (udp)`);
};
