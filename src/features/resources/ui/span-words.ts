import type { ResourceSpan } from '../resource-query';

/** In the order of the switch. `resource-query` has them as well, with a parser that no browser needs. */
export const spans: readonly ResourceSpan[] = ['7', '30', '90', 'month'];

export const SPAN_WORDS: Record<ResourceSpan, string> = {
  '7': '7 days',
  '30': '30 days',
  '90': '90 days',
  month: 'Month to date',
};

/** What a span is held against. */
export const BEFORE_WORDS: Record<ResourceSpan, string> = {
  '7': 'the 7 days before',
  '30': 'the 30 days before',
  '90': 'the 90 days before',
  month: 'the same days of last month',
};
