import type { Series } from '../cost-explorer/series';

const TEAMS = ['checkout', 'search', 'platform', 'data', 'payments', 'mobile'];
const SHORT: Record<string, string> = { production: 'prod', staging: 'stg' };

/** How often a key is spelled which way; what is left has no such tag. */
const ENVIRONMENT_KEYS: readonly [key: string, upTo: number][] = [
  ['environment', 0.72],
  ['env', 0.83],
  ['Env', 0.9],
  ['Environment', 0.95],
];
const TEAM_KEYS: readonly [key: string, upTo: number][] = [
  ['team', 0.86],
  ['Team', 0.93],
];

const spelled = (keys: readonly [string, number][], die: number): string | undefined =>
  keys.find(([, upTo]) => die < upTo)?.[0];

/** The team that a resource is of: mostly that of its usage. */
export function teamOf({ team }: Pick<Series, 'team'>, die: number): string {
  if (team === '' || die < 0.7) return team;
  return TEAMS[Math.floor(((die - 0.7) / 0.3) * TEAMS.length)] ?? team;
}

/** Tags as people give them: most alike, some spelled differently, some not there. `dice` gives numbers from 0 to 1. */
export function tagsOf(
  resource: { name: string; team: string; environment: string; hasName: boolean },
  dice: (what: string) => number,
): Record<string, string> {
  if (dice('untagged') < 0.08) return {};
  const tags: Record<string, string> = {};
  if (resource.hasName) tags.Name = resource.name;
  const environmentKey = spelled(ENVIRONMENT_KEYS, dice('environment'));
  if (environmentKey !== undefined && resource.environment !== '') {
    const isShort = environmentKey === 'env' && dice('short') < 0.7;
    tags[environmentKey] = isShort
      ? (SHORT[resource.environment] ?? resource.environment)
      : resource.environment;
  }
  const teamKey = spelled(TEAM_KEYS, dice('team'));
  if (teamKey !== undefined && resource.team !== '') tags[teamKey] = resource.team;
  if (dice('centre') < 0.35) tags['cost-center'] = `cc-${1000 + Math.floor(dice('number') * 12) * 10}`;
  if (dice('stack') < 0.15) tags['aws:cloudformation:stack-name'] = `${resource.team || 'shared'}-stack`;
  return tags;
}
