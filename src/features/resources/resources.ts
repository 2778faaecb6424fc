import type { Amount } from '@/domain/money';
import type { DayRange } from '@/domain/period';
import type { ResourceSpan } from './resource-query';

/** Cost of a span and of the one before it, exact. */
export interface SpanCost {
  readonly now: Amount;
  /** Null where its days are not all loaded, so that it is not known. */
  readonly before: Amount | null;
  /** In percent to one decimal; null where there was nothing before, or nobody knows. */
  readonly change: string | null;
}

export type CostSource = 'export' | 'cost-explorer';

export interface ResourceLine {
  /** What addresses name it by. */
  readonly ref: string;
  /** As its provider spells it: an ARN or an id. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeLabel: string;
  readonly service: string;
  readonly region: string;
  readonly account: { readonly ref: string; readonly label: string };
  readonly state: string;
  readonly isGone: boolean;
  /** Days with a first and a last charge. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly source: CostSource | null;
  /** Null where no source tells what it costs, or what it cost in all of a span. */
  readonly costs: Readonly<Record<ResourceSpan, SpanCost | null>> | null;
}

export interface ResourceGroup {
  /** What the filter of the list takes; null: without the tag. */
  readonly id: string | null;
  readonly label: string;
  readonly resources: number;
  /** How many of them have a cost; of none, the amounts say nothing. */
  readonly priced: number;
  readonly now: Amount;
  readonly before: Amount | null;
  readonly change: string | null;
  readonly share: string;
}

export interface ResourceList {
  readonly currency: string;
  readonly currencies: readonly string[];
  /** Null where no line items are loaded: then no resource has a cost. */
  readonly asOf: string | null;
  readonly range: DayRange | null;
  readonly total: number;
  /** How many of them have a cost; of none, the amounts say nothing. */
  readonly priced: number;
  readonly now: Amount;
  readonly before: Amount | null;
  readonly change: string | null;
  readonly offset: number;
  readonly lines: readonly ResourceLine[];
  /** In the order of their cost; empty without a grouping. */
  readonly groups: readonly ResourceGroup[];
}

/** What the filters of the list offer, with the number of resources of each. */
export interface ResourceFacets {
  readonly types: readonly { readonly id: string; readonly label: string; readonly resources: number }[];
  readonly services: readonly { readonly id: string; readonly label: string; readonly resources: number }[];
  readonly accounts: readonly { readonly id: string; readonly label: string; readonly resources: number }[];
  readonly regions: readonly { readonly id: string; readonly label: string; readonly resources: number }[];
  readonly tags: readonly {
    readonly key: string;
    readonly resources: number;
    readonly values: readonly { readonly value: string; readonly resources: number }[];
  }[];
}
