'use client';

import { createContext, useContext } from 'react';
import type { ActionResult } from './action-result';

/**
 * Runs an action that may ask who is there: where it does, a dialog asks for the second factor or the password, and the
 * action is run once more. Whoever closes the dialog gets the refusal.
 */
export type Confirmed = <T>(call: () => Promise<ActionResult<T>>) => Promise<ActionResult<T>>;

export const StepUpContext = createContext<Confirmed>((call) => call());

/** For every form whose verb calls requireStepUp. */
export const useConfirmed = (): Confirmed => useContext(StepUpContext);
