import { refusedResponse } from '../answers';

export const GET = (): Response => refusedResponse();
