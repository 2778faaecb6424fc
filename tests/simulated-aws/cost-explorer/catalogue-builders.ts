export interface UsageKind {
  /** Usage type without the region's prefix. */
  type: string;
  operation: string;
  unit: string;
  /** Dollars per unit. */
  rate: number;
  /** Share of the service's cost. */
  share: number;
  instanceType?: string;
  /** Global usage types carry no region prefix. */
  bare?: boolean;
}

export interface ServiceDefinition {
  name: string;
  /** Relative size among all services. */
  weight: number;
  scope: 'regional' | 'global';
  /** How far weekends fall below working days. */
  weekendDip: number;
  usage: UsageKind[];
}

type Kind = [type: string, operation: string, unit: string, rate: number, share: number];

export function kinds(...rows: Kind[]): UsageKind[] {
  return rows.map(([type, operation, unit, rate, share]) => ({ type, operation, unit, rate, share }));
}

export function boxes(
  prefix: string,
  operation: string,
  ...rows: [instance: string, rate: number, share: number][]
): UsageKind[] {
  return rows.map(([instanceType, rate, share]) => ({
    type: `${prefix}:${instanceType}`,
    operation,
    unit: 'Hrs',
    rate,
    share,
    instanceType,
  }));
}

export function regional(
  name: string,
  weight: number,
  weekendDip: number,
  usage: UsageKind[],
): ServiceDefinition {
  return { name, weight, scope: 'regional', weekendDip, usage };
}

export function global(name: string, weight: number, usage: UsageKind[]): ServiceDefinition {
  return {
    name,
    weight,
    scope: 'global',
    weekendDip: 0.1,
    usage: usage.map((kind) => ({ ...kind, bare: true })),
  };
}
