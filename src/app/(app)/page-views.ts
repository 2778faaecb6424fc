import 'server-only';
import { cache } from 'react';
import { listViews } from '@/features/views/views';
import { pageContext } from '@/server/session';

/** The saved views of whoever asks, read once a request: the navigation names them, and so do most pages. */
export const pageViews = cache(async () => listViews((await pageContext()).ctx));
