'use client';

/** Kept in this tab's memory alone, so that "Check again" works until the page is closed and nowhere is anything stored. */
let held: { connectionId: string; ticket: string } | null = null;

export function holdTicket(connectionId: string, ticket: string): void {
  held = { connectionId, ticket };
}

export function ticketOf(connectionId: string): string | null {
  return held?.connectionId === connectionId ? held.ticket : null;
}
