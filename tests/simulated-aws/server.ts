import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ExportFiles } from './billing/export-files';
import { createHandler } from './http/handler';
import { Faults } from './http/faults';
import { RequestLog } from './http/request-log';
import { Authorizer } from './identity/authorize';
import type { ServiceContext } from './services/service';
import type { WorldSize } from './world/accounts';
import { SimClock, epochDay } from './world/clock';
import { World } from './world/world';

export interface SimulatedAwsOptions {
  port?: number;
  host?: string;
  size?: WorldSize;
  seed?: string;
  now?: () => Date;
  /** A world to serve instead of a fresh one; it must have been made for this process. */
  world?: World;
  /** The day that dated events hang on; the clock's day unless given. */
  anchor?: Date;
  stackDelayMs?: number;
  costPageSize?: number;
  /** Size of the 'large' world. */
  lineItemMillions?: number;
}

export interface SimulatedAws {
  url: string;
  port: number;
  close(): Promise<void>;
  world: World;
  log: RequestLog;
  faults: Faults;
  clock: SimClock;
  /** The files of billing exports, and what is wrong with them: `exportFiles.faults`. */
  exportFiles: ExportFiles;
}

const DEFAULT_COST_PAGE_SIZE = 5000;

export async function startSimulatedAws(options: SimulatedAwsOptions = {}): Promise<SimulatedAws> {
  const clock = new SimClock(options.now);
  const world =
    options.world ??
    new World({
      size: options.size ?? 'tiny',
      seed: options.seed ?? 'belvedere',
      anchorDay: epochDay(options.anchor ?? clock.now()),
      lineItemMillions: options.lineItemMillions,
    });
  const log = new RequestLog();
  const faults = new Faults();
  const exportFiles = new ExportFiles(world, clock);
  const context: ServiceContext = {
    world,
    clock,
    authorizer: new Authorizer(world),
    exportFiles,
    stackDelayMs: options.stackDelayMs ?? 0,
    costPageSize: options.costPageSize ?? DEFAULT_COST_PAGE_SIZE,
  };
  const server = createServer(createHandler({ context, log, faults }));
  const sockets = trackSockets(server);
  const host = options.host ?? '127.0.0.1';
  await listen(server, options.port ?? 0, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    world,
    log,
    faults,
    clock,
    exportFiles,
    close: async () => {
      await stop(server, sockets);
      await exportFiles.close();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function stop(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
