import { runtime } from '@/runtime';

export const dynamic = 'force-dynamic';

/** The process answers and so does its database, as a role that Row Level Security binds. */
export async function GET(): Promise<Response> {
  const { db, log } = runtime();
  try {
    const { rows } = await db.pool.query<{ unbound: boolean }>(
      'select rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user',
    );
    if (rows[0]?.unbound) {
      log.error('DATABASE_URL signs in as a role above Row Level Security');
      return Response.json({ ok: false }, { status: 503 });
    }
    return Response.json({ ok: true });
  } catch (error) {
    log.error({ err: error }, 'the database does not answer');
    return Response.json({ ok: false }, { status: 503 });
  }
}
