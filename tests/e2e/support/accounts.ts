/** The accounts of the simulator's tiny world. One is active in one workspace at a time, so each has its users. */
export const MANAGEMENT = '447188201936';
export const PRODUCTION = '731904462850';
export const STAGING = '209817345566';
export const STANDALONE = '615273849012';
export { VENDOR_ACCOUNT_ID as VENDOR } from '../../simulated-aws/vendor';
