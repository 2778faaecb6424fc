import { requireBrowser } from './support/browser';

/** Starts everything the specs need, and hands back how to stop it. E2E_STACK joins a stack that runs already. */
export default async function setup(): Promise<() => Promise<void>> {
  requireBrowser();
  if (process.env['E2E_STACK']) return async () => undefined;
  // Read when the SDK is loaded: its notice about older Node versions is for the operator.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const { startStack } = await import('./support/start-stack');
  const { file, stop } = await startStack();
  process.env['E2E_STACK'] = file;
  return stop;
}
