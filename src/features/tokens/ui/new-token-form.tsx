'use client';

import { useState } from 'react';
import { isAllowed, type Permission, type Role } from '@/domain/permissions';
import type { ActionResult } from '@/ui/action-result';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import { draftInput, emptyDraft, TokenFields } from './token-fields';
import { TokenForm } from './token-form';
import styles from './tokens.module.css';

export interface ScopeChoice {
  readonly scope: Permission;
  readonly words: string;
  /** Whether the person may do it themselves. */
  readonly isOwn: boolean;
}

export interface Issued {
  readonly id: string;
  readonly text: string;
}

interface Props {
  readonly scopes: readonly ScopeChoice[];
  /** The roles that a service's token can have; none: only personal tokens are made here. */
  readonly roles: readonly Role[];
  readonly create: (input: unknown) => Promise<ActionResult<Issued>>;
  readonly onIssued: (issued: Issued) => void;
  readonly onClose: () => void;
}

type Kind = 'personal' | 'service';

const KINDS = [
  ['personal', 'Mine: it may at most what I may, and ends with my membership'],
  ['service', 'Of a service: it has a role of its own, and belongs to the workspace'],
] as const;

export function NewTokenForm({ scopes, roles, create, onIssued, onClose }: Props) {
  const [kind, setKind] = useState<Kind>('personal');
  const [role, setRole] = useState<Role>('viewer');
  const [chosen, setChosen] = useState<readonly Permission[]>(['cost:read']);
  const [draft, setDraft] = useState(emptyDraft('90'));
  const verb = useVerb();
  const { run, fields } = verb;
  const isPossible = ({ scope, isOwn }: ScopeChoice) =>
    kind === 'personal' ? isOwn : isAllowed(role, scope);
  const possible = scopes.filter(isPossible).map(({ scope }) => scope);
  const toggle = (scope: Permission) =>
    setChosen(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope]);
  const submit = () => {
    const common = { ...draftInput(draft), scopes: chosen.filter((scope) => possible.includes(scope)) };
    const input = kind === 'personal' ? { kind, ...common } : { kind, role, ...common };
    run(() => create(input), { done: onIssued });
  };
  return (
    <TokenForm title="New token" verb={verb} onSubmit={submit} onClose={onClose}>
      {roles.length > 0 && (
        <fieldset className={styles.choices}>
          <legend>Whose is it?</legend>
          {KINDS.map(([value, words]) => (
            <label key={value}>
              <input
                type="radio"
                name="kind"
                value={value}
                checked={kind === value}
                onChange={() => setKind(value)}
              />
              {words}
            </label>
          ))}
        </fieldset>
      )}
      {kind === 'service' && (
        <div className={styles.field}>
          <label htmlFor="token-role" className={ui.small}>
            Role
          </label>
          <select
            id="token-role"
            style={{ justifySelf: 'start' }}
            value={role}
            onChange={(event) => setRole(roles.find((one) => one === event.target.value) ?? 'viewer')}
          >
            {roles.map((one) => (
              <option key={one} value={one}>
                {roleName(one)}
              </option>
            ))}
          </select>
        </div>
      )}
      <fieldset className={styles.choices}>
        <legend>What may it do?</legend>
        {scopes.map((choice) => {
          const isOff = !possible.includes(choice.scope);
          return (
            <label key={choice.scope} data-off={isOff}>
              <input
                type="checkbox"
                disabled={isOff}
                checked={!isOff && chosen.includes(choice.scope)}
                onChange={() => toggle(choice.scope)}
              />
              {choice.words}
              <span className={`${ui.muted} ${ui.small}`}>{choice.scope}</span>
            </label>
          );
        })}
        {fields['scopes'] && (
          <div role="alert" className={styles.error}>
            {fields['scopes']}
          </div>
        )}
      </fieldset>
      <TokenFields id="token" draft={draft} fields={fields} onChange={setDraft} />
    </TokenForm>
  );
}
