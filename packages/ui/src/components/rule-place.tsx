import type { JSX } from 'preact';
import { type Answer, call } from '../api/client.ts';
import { rulesWords, unmatchedText } from '../lib/agent-rules.ts';
import { saveFile } from '../lib/save.ts';
import { attempt } from '../lib/toast.ts';
import { Chip } from './basic.tsx';
import { Name } from './name.tsx';
import { Table } from './table.tsx';

type Place = Answer<'listRules'>['place'];

/** Where these rules are in force, and where they are not. */
const applied: Readonly<Record<Place['applied'], string>> = {
  sensor: 'These rules watch this machine. A change is in force at once, or not at all.',
  starting: 'The sensor of this machine is starting; rules can be changed in a moment.',
  nowhere:
    'No sensor runs in this process: what is changed here is checked and kept, and watches nothing yet.',
};

export function RulePlace({
  place,
  agents,
}: {
  readonly place: Place;
  readonly agents: Answer<'listRules'>['agents'];
}): JSX.Element {
  const { files, folder, unmatched } = place;
  const refused = files.filter(({ loaded }) => !loaded);
  return (
    <div class="place">
      <p>
        {applied[place.applied]}{' '}
        {agents.length > 0 &&
          'Agents take changes of this page with their next heartbeat, behind their own rules.'}
      </p>
      {agents.length > 0 && (
        <Table heads={['Agent', 'State', 'Version', 'Changes of this page']}>
          {agents.map(({ id, name, state, version, rules, reason, unmatched }) => (
            <tr key={id}>
              <td class="named">
                <Name of={name} />
              </td>
              <td>
                <Chip kind={state === 'connected' ? 'done' : 'critical'}>{state}</Chip>
              </td>
              <td>{version}</td>
              <td>
                {rules === 'refused' ? <Chip kind="critical">refused</Chip> : rulesWords[rules]}
                {reason !== null && <small>{reason}</small>}
                {rules === 'current' && unmatched > 0 && <small>{unmatchedText(unmatched)}</small>}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {refused.map(({ path, by, problem }) => (
        <p key={path} class="failure">
          <strong>{path} is not loaded.</strong>{' '}
          {problem !== null && `Line ${problem.line}: ${problem.message}. ${problem.hint ?? ''}`}{' '}
          {by === 'page' && <a href="/rules?edit=1">To the own rules</a>}
        </p>
      ))}
      {unmatched.length > 0 && (
        <p class="muted">
          Exceptions and switches wait for rules that are not loaded here: {unmatched.join(', ')}.
        </p>
      )}
      <details>
        <summary>
          {files.length} rule {files.length === 1 ? 'file' : 'files'}
        </summary>
        <ul>
          {files.map(({ path, by }) => (
            <li key={path} class="mono">
              {path} <span class="muted">{by === 'page' ? 'written by this page' : ''}</span>
            </li>
          ))}
        </ul>
        <p class="muted">
          The page writes to <code>{folder}</code>.{' '}
          <button
            onClick={() => {
              void attempt(download);
            }}
          >
            Download its files
          </button>
        </p>
      </details>
    </div>
  );
}

/** The files of the page as one that can be loaded behind others. */
async function download(): Promise<string> {
  const { text, exceptions, switches } = await call('ownRules');
  const whole = [text, exceptions, switches].filter((part) => part.trim() !== '');
  if (whole.length === 0) {
    return 'Nothing was changed here yet';
  }
  saveFile(whole.map(ended).join('\n'), 'application/yaml', 'lanner-rules.yaml');
  return 'Rules, exceptions and switches saved as one file';
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
