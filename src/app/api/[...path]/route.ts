import { NotFound } from '@/errors';
import { route } from '@/server/route';

const nothing = route({ handler: () => Promise.reject(new NotFound('address')) });

/** What is no route of the API: programs are told so in its own words, and not by a page. */
const answer = (request: Request) => nothing(request, { params: Promise.resolve({}) });

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
