import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { decode, encode, type Answer } from 'dns-packet';

export interface DnsServer {
  /** host:port, as DNS_SERVERS takes it. */
  readonly address: string;
  /** TXT records by name; each in the chunks that it is sent in. */
  readonly records: Map<string, string[][]>;
  readonly asked: string[];
  isSilent: boolean;
  close(): Promise<void>;
}

const NXDOMAIN = 3;

/** A DNS server of one's own on this machine, which knows TXT records. */
export async function startDnsServer(port = 0): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const server: DnsServer = {
    address: '',
    records: new Map(),
    asked: [],
    isSilent: false,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const name = questions[0]?.name ?? '';
    server.asked.push(name);
    if (server.isSilent) return;
    const found = server.records.get(name) ?? [];
    const answers = found.map((chunks): Answer => ({ type: 'TXT', name, ttl: 60, data: chunks }));
    const flags = found.length > 0 ? 0 : NXDOMAIN;
    socket.send(
      encode({ id: id ?? 0, type: 'response', flags, questions, answers }),
      from.port,
      from.address,
    );
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return Object.assign(server, { address: `127.0.0.1:${(socket.address() as AddressInfo).port}` });
}
