import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Answer, call, Failure, may } from '../api/client.ts';
import { FailureBox, Panel, Shown, Title } from '../components/basic.tsx';
import { CodeEditor, type CodeTarget } from '../components/code-editor.tsx';
import { type Checked, useCheck } from '../lib/checked-text.ts';
import { useLoaded } from '../lib/load.ts';
import { saveFile } from '../lib/save.ts';
import { lineAt, wordAt } from '../lib/text-place.ts';
import { say } from '../lib/toast.ts';
import { RuleTrial } from './rule-trial.tsx';

type Own = Answer<'ownRules'>;
type Diagnostic = Answer<'checkRules'>['diagnostics'][number];

const template = `- rule: My rule
  desc: What it is about
  condition: >
    spawned_process and proc.name = example
  output: Example was started (user=%user.name command=%proc.cmdline parent=%proc.pname)
  priority: WARNING
  tags: [custom]
`;

/** What was typed and not saved, so that a look at something else does not cost it. */
let draft: { readonly revision: string; readonly text: string } | null = null;

/** The own rules in an editor; with a rule, a change of that one to begin with. */
export function RuleEditor({ rule }: { readonly rule: string }): JSX.Element {
  const loaded = useLoaded(`own rules ${rule}`, async (signal) => {
    const own = await call('ownRules', { signal });
    return { own, start: await startOf(own, rule, signal) };
  });
  return (
    <>
      <Title title={rule === '' ? 'Own rules' : `Edit: ${rule}`}>
        <a href="/rules">All rules</a>
        {rule !== '' && <a href={`/rules?rule=${encodeURIComponent(rule)}`}>The rule</a>}
      </Title>
      <Shown of={loaded}>
        {({ own, start }) =>
          may('triage') ? (
            <Editor {...{ own, start, rule }} onSaved={loaded.reload} />
          ) : (
            <div class="stack">
              <Panel title="Own rules">
                <p class="pad muted">Changing them needs the role triage or admin.</p>
                <pre class="rule-text" tabIndex={0} aria-label="Own rules">
                  {own.text}
                </pre>
              </Panel>
            </div>
          )
        }
      </Shown>
    </>
  );
}

/** The text to begin with: what is there, and a change of the rule when there is none yet. */
async function startOf({ text }: Own, rule: string, signal: AbortSignal): Promise<string> {
  if (rule === '') {
    return text === '' ? template : text;
  }
  const { rule: state, override } = await call('getRule', { params: { name: rule }, signal });
  return state.changed ? text : [text.trimEnd(), override].filter((part) => part !== '').join('\n\n');
}

function Editor({
  own,
  start,
  rule,
  onSaved,
}: {
  readonly own: Own;
  readonly start: string;
  readonly rule: string;
  readonly onSaved: () => void;
}): JSX.Element {
  const kept = draft?.revision === own.revision && rule === '' ? draft.text : null;
  const [text, setText] = useState(kept ?? start);
  const [target, setTarget] = useState<CodeTarget | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const checked = useCheck(text);
  const own_ = useMemo(() => ownDiagnostics(checked), [checked]);
  const isChanged = text !== own.text;
  useShownOnce(checked, rule, setTarget);
  useEffect(() => {
    draft = isChanged ? { revision: own.revision, text } : null;
  }, [text, own.revision]);
  const save = (): void => {
    if (!may('admin') || isBusy) {
      return;
    }
    setBusy(true);
    setFailure(null);
    call('saveRules', { body: { text, revision: own.revision } })
      .then(
        ({ applied }) => {
          say(applied ? 'Saved, and in force from now on' : 'Saved. Nothing runs rules in this process');
          onSaved();
        },
        (error: unknown) => {
          setFailure(error instanceof Failure ? error : new Failure(0, String(error), ''));
        },
      )
      .finally(() => {
        setBusy(false);
      });
  };
  const next = (offset: number): void => {
    const places = own_.map(({ place }) => place).sort((a, b) => a.start - b.start);
    const found = places.find(({ start: at }) => at >= offset) ?? places[0];
    if (found !== undefined) {
      setTarget({ ...found, focus: true });
    }
  };
  return (
    <div class="stack">
      <Panel
        title="1-own.yaml"
        tools={
          <>
            {own.previous !== null && (
              <button
                onClick={() => {
                  setText(own.previous ?? '');
                }}
              >
                Take the version before
              </button>
            )}
            <button
              onClick={() => {
                saveFile(text, 'application/yaml', '1-own.yaml');
              }}
            >
              Download
            </button>
            {may('admin') && (
              <button
                class="primary"
                disabled={isBusy || !isChanged || checked.check?.accepted === false}
                onClick={save}
              >
                {isBusy ? 'Saving …' : 'Save'}
              </button>
            )}
          </>
        }
      >
        <p class="pad muted">
          Loaded behind all other rule files. F8 goes to the next problem, Ctrl+S saves, Tab leaves the text.
          {!may('admin') && ' Saving needs the role admin.'}
        </p>
        {failure !== null && <FailureBox failure={failure} />}
        <CodeEditor
          label="Own rules"
          text={text}
          marks={own_.map(({ diagnostic: { severity }, place }) => ({ ...place, severity }))}
          target={target}
          describedBy="editor-state"
          onText={setText}
          onNextMark={next}
          onSave={save}
        />
        <State checked={checked} />
        <Problems
          checked={checked}
          onGo={(place) => {
            setTarget({ ...place, focus: true });
          }}
        />
      </Panel>
      <RuleTrial text={text} rule={rule} rules={checked.check?.rules.map(({ name }) => name) ?? []} />
    </div>
  );
}

interface Placed {
  readonly diagnostic: Diagnostic;
  readonly place: { readonly start: number; readonly end: number };
}

/** What is wrong with this text; places are those of the text that was checked. */
function ownDiagnostics({ check, text }: Checked): Placed[] {
  return (check?.diagnostics ?? []).filter(isOwn).map((diagnostic) => ({
    diagnostic,
    place: wordAt(text, diagnostic.line, diagnostic.column),
  }));
}

function isOwn({ file }: Diagnostic): boolean {
  return file.endsWith('1-own.yaml');
}

/** Brings the rule into sight that the address names, once it is known where it stands. */
function useShownOnce(checked: Checked, rule: string, show: (target: CodeTarget) => void): void {
  const [isDone, setDone] = useState(rule === '');
  useEffect(() => {
    const line = checked.check?.rules.findLast(({ name }) => name === rule)?.line;
    if (!isDone && line !== undefined) {
      setDone(true);
      const { start } = lineAt(checked.text, line);
      show({ start, end: start, focus: false });
    }
  }, [checked]);
}

function State({ checked: { check, failure } }: { readonly checked: Checked }): JSX.Element {
  const errors = check?.diagnostics.filter(({ severity }) => severity === 'error').length ?? 0;
  const warnings = (check?.diagnostics.length ?? 0) - errors;
  const parts = [
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'error' : 'errors'}`] : []),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ];
  const rules = check?.rules.length ?? 0;
  const accepted = `Accepted: ${rules} ${rules === 1 ? 'rule' : 'rules'} defined or changed`;
  return (
    <p class="editor-state" id="editor-state" role="status">
      {failure === null
        ? check === null
          ? 'Checking …'
          : [...(check.accepted ? [accepted] : []), ...parts].join(', ')
        : `${failure.message} ${failure.hint}`}
    </p>
  );
}

function Problems({
  checked: { check, text },
  onGo,
}: {
  readonly checked: Checked;
  readonly onGo: (place: Placed['place']) => void;
}): JSX.Element | null {
  if (check === null || check.diagnostics.length === 0) {
    return null;
  }
  return (
    <ol class="problems" aria-label="Problems" tabIndex={0}>
      {check.diagnostics.map((diagnostic, index) => {
        const { severity, code, message, hint, file, line, column } = diagnostic;
        return (
          <li key={index} class={severity}>
            {isOwn(diagnostic) ? (
              <button
                class="plain"
                onClick={() => {
                  onGo(wordAt(text, line, column));
                }}
              >
                Line {line}, column {column}
              </button>
            ) : (
              <span class="mono">
                {file}:{line}:{column}
              </span>
            )}{' '}
            {severity}: {message}
            <small>
              {hint ?? ''} <span class="mono">{code}</span>
            </small>
          </li>
        );
      })}
    </ol>
  );
}
