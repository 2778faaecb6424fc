import type { Preset } from '@/domain/cost-query';

export const PRESET_WORDS: Record<Preset, string> = {
  mtd: 'Month to date',
  'last-month': 'Last month',
  'last-7': 'Last 7 days',
  'last-30': 'Last 30 days',
  'last-90': 'Last 90 days',
  'last-6-months': 'Last 6 months',
  'last-12-months': 'Last 12 months',
};
