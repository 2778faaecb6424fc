import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { saveSettings, type Saved } from './save-settings';
import type { MappingInput, OptionsInput } from './schemas';

/** Which attributes say who somebody is; null: the usual names. Needs a new test login. */
export async function changeMapping(ctx: Ctx, input: MappingInput): Promise<Saved> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { connectionId, email, name, groups } = input;
  return withTransaction(ctx, (tx) =>
    saveSettings(tx, ctx, connectionId, () => ({ attributeMap: { email, name, groups } })),
  );
}

/** Who is let in and as what. A connection that is on stays on, but where encryption becomes required. */
export async function changeOptions(ctx: Ctx, input: OptionsInput): Promise<Saved> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { connectionId, ...options } = input;
  return withTransaction(ctx, (tx) => saveSettings(tx, ctx, connectionId, () => options));
}
