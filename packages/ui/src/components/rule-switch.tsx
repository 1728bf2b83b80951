import type { JSX } from 'preact';
import { call, may } from '../api/client.ts';
import { offReasons, type RuleRow } from '../lib/rule-rows.ts';
import { attempt } from '../lib/toast.ts';
import { Chip } from './basic.tsx';

/** Whether a rule runs; who administers can change that. */
export function RuleSwitch({
  rule: { name, enabled, offBy },
  onDone,
}: {
  readonly rule: Pick<RuleRow, 'name' | 'enabled' | 'offBy'>;
  readonly onDone: () => void;
}): JSX.Element {
  const reason = offBy === null ? undefined : offReasons[offBy];
  if (!may('admin') || offBy === 'priority' || offBy === 'configuration') {
    return (
      <Chip kind={enabled ? 'done' : ''} title={reason}>
        {enabled ? 'on' : 'off'}
      </Chip>
    );
  }
  return (
    <button
      role="switch"
      class={enabled ? 'switch on' : 'switch'}
      aria-checked={enabled}
      aria-label={name}
      title={reason}
      onClick={() => {
        void attempt(async () => {
          await call('switchRule', { params: { name }, body: { enabled: !enabled } });
          return `${name} is ${enabled ? 'off' : 'on'}`;
        }).then(onDone);
      }}
    >
      {enabled ? 'On' : 'Off'}
    </button>
  );
}
