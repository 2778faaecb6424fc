import type { Service } from '../services/service';
import { json } from '../http/aws-error';
export const costExplorer: Service = async () => json({});
