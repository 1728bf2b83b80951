import type { JSX } from 'preact';
import { call } from '../api/client.ts';
import { Dialog } from '../components/dialog.tsx';
import { Form } from '../components/form.tsx';
import { attempt } from '../lib/toast.ts';

const dayMs = 86_400_000;

/** Whose risk is accepted. */
export interface Risk {
  readonly id: string;
  readonly artifact: string;
  readonly artifactName: string;
}

/** Accepts the risk of a finding for a while, here or everywhere. */
export function AcceptRisk({
  risk: { id, artifact, artifactName },
  onDone,
  onClose,
}: {
  readonly risk: Risk;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={`Accept the risk of ${id}`} onClose={onClose}>
      <Form
        onSend={(typed) => {
          void attempt(async () => {
            await call('acceptRisk', {
              body: {
                id,
                reason: typed('reason'),
                untilMs: Date.now() + Number(typed('days')) * dayMs,
                ...(typed('here') === '' ? {} : { artifact }),
              },
            });
            onDone();
            return `${id} is accepted`;
          });
        }}
      >
        <label>
          Why
          <textarea name="reason" required rows={3} maxLength={1000} />
        </label>
        <label>
          For
          <select name="days">
            <option value="7">a week</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
          </select>
        </label>
        <label class="check">
          <input type="checkbox" name="here" defaultChecked /> Only in {artifactName}
        </label>
        <button class="primary">Accept</button>
      </Form>
    </Dialog>
  );
}
