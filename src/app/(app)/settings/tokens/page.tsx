import type { Metadata } from 'next';
import { may, type Ctx } from '@/context';
import { roles, roleTable } from '@/domain/permissions';
import { roleRank } from '@/features/members/last-owner';
import { listTokens, type TokenLine } from '@/features/tokens/list-tokens';
import { tokenRow } from '@/features/tokens/token-rows';
import { Tokens } from '@/features/tokens/ui/tokens';
import { personContext } from '@/server/session';
import { roleName } from '@/ui/role-name';
import { createTokenAction, endTokenAction } from './actions';

export const metadata: Metadata = { title: 'API tokens' };

const wordsOf = new Map<string, string>(roleTable.map(({ permission, words }) => [permission, words]));

const whoseOf = (token: TokenLine) =>
  token.kind === 'service' ? `Service, ${roleName(token.role ?? '')}` : (token.person ?? 'Somebody who left');

const rowOf = (token: TokenLine, now: Date) => ({
  ...tokenRow(token, now),
  whose: whoseOf(token),
  scopes: token.scopes.map((scope) => wordsOf.get(scope) ?? scope),
});

function rolesFor({ actor }: Ctx) {
  if (actor.kind !== 'user' || !may(actor, 'token:write')) return [];
  return roles.filter((role) => roleRank(role) <= roleRank(actor.role)).toReversed();
}

export default async function TokensPage() {
  const { ctx } = await personContext('token:own');
  const tokens = await listTokens(ctx);
  const now = ctx.now();
  return (
    <Tokens
      own={tokens.filter((token) => token.isOwn).map((token) => rowOf(token, now))}
      others={
        may(ctx.actor, 'token:write')
          ? tokens.filter((token) => !token.isOwn).map((token) => rowOf(token, now))
          : null
      }
      scopes={roleTable
        .filter(({ isScope }) => isScope)
        .map(({ permission, words }) => ({ scope: permission, words, isOwn: may(ctx.actor, permission) }))}
      roles={rolesFor(ctx)}
      appUrl={ctx.config.appUrl}
      create={createTokenAction}
      end={endTokenAction}
    />
  );
}
