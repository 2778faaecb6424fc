import type { Service } from '../service';
import { dynamodb, ecr, ecs, kinesis, logs, sqs, tagging } from './json-services';
import { elasticache, loadBalancing, rds, redshift, sns } from './query-services';
import { efs, eks, openSearch } from './rest-services';

/** The services that only list what an account has, by the name they sign with. */
export const queryInventory: Record<string, Service> = {
  rds,
  elasticache,
  redshift,
  elasticloadbalancing: loadBalancing,
  sns,
};

export const jsonInventory: Record<string, Service> = {
  ecs,
  dynamodb,
  kinesis,
  logs,
  ecr,
  sqs,
  tagging,
  eks,
  elasticfilesystem: efs,
  es: openSearch,
};
