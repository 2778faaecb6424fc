import { createHash } from 'node:crypto';
import { stableHash } from '../cost-explorer/series';
import type { Pool } from './resource-pools';
import { tagsOf, teamOf } from './resource-tags';
import type { SimResource } from './resources';

export interface ResourcePlace {
  seed: string;
  accountId: string;
  anchorDay: number;
}

const NAMED_BY_TAG = new Set(['ec2:instance', 'ec2:volume', 'ec2:natgateway', 'ec2:elastic-ip']);
/** How long before the world's first day the oldest resources were made, at least. */
const OLD = 480;
/** Resources come and go from so many days before the world's first day to so many after it. */
const COMING_FROM = 400;
const COMING_UNTIL = 60;

/** The resource of that number among those of its type in the region; the first of a pool is there for ever. */
export function makeResource(
  place: ResourcePlace,
  pool: Pool,
  number: number,
  isFirst: boolean,
): SimResource {
  const { kind, region } = pool;
  const key = [place.seed, place.accountId, region, kind.type, String(number)];
  const dice = (what: string): number => stableHash(...key, what) / 2 ** 32;
  const team = teamOf(pool, dice('owner'));
  const name = nameOf(pool, team, number, dice('word'));
  const digits = createHash('sha256').update(key.join(' ')).digest('hex').repeat(2);
  const id = fill(kind.id, { name }, digits);
  const arn = fill(`arn:aws:${kind.arn}`, { name, id, region, account: place.accountId }, digits);
  return {
    arn,
    id,
    type: kind.type,
    name: NAMED_BY_TAG.has(kind.type) ? name : nameInService(kind.id, name, id),
    accountId: place.accountId,
    region,
    zone: kind.isZonal ? `${region}${'abc'[Math.floor(dice('zone') * 3)] ?? 'a'}` : '',
    ...lifeOf(place.anchorDay, isFirst, dice),
    tags: tagsOf({ name, team, environment: pool.environment, hasName: NAMED_BY_TAG.has(kind.type) }, dice),
    attributes: kind.attributes(pool.instanceType, dice('attributes')),
    relatedArns: [],
  };
}

function nameInService(pattern: string, name: string, id: string): string {
  return pattern === '{name}' || pattern.startsWith('app/') ? name : id;
}

function nameOf(pool: Pool, team: string, number: number, die: number): string {
  const { words } = pool.kind;
  const word = words[Math.floor(die * words.length)] ?? 'service';
  const parts = [team || 'shared', word, pool.environment, String(number).padStart(2, '0')];
  return parts.filter((part) => part !== '').join('-');
}

/** Puts values and digits into a pattern; every `{hexN}` takes the next N digits, `{HEXN}` in capitals. */
function fill(pattern: string, values: Record<string, string>, digits: string): string {
  let used = 0;
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const count = Number(/^hex(\d+)$/i.exec(name)?.[1] ?? 0);
    if (count === 0) return values[name] ?? whole;
    const taken = digits.slice(used, used + count);
    used += count;
    return name.startsWith('HEX') ? taken.toUpperCase() : taken;
  });
}

function lifeOf(
  anchorDay: number,
  isFirst: boolean,
  dice: (what: string) => number,
): Pick<SimResource, 'createdDay' | 'deletedDay'> {
  const old = anchorDay - OLD - Math.floor(dice('age') * 900);
  const fate = dice('fate');
  const span = COMING_FROM + COMING_UNTIL;
  const inSpan = (what: string): number => anchorDay - COMING_FROM + Math.floor(dice(what) * span);
  if (isFirst || fate < 0.6) return { createdDay: old, deletedDay: null };
  if (fate < 0.78) return { createdDay: inSpan('created'), deletedDay: null };
  if (fate < 0.92) return { createdDay: old, deletedDay: inSpan('deleted') };
  const createdDay = inSpan('created');
  return { createdDay, deletedDay: createdDay + 1 + Math.floor(dice('life') * 45) };
}
