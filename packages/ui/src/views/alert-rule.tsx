import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../api/client.ts';
import { Shown } from '../components/basic.tsx';
import { useLoaded } from '../lib/load.ts';
import { markedPieces } from '../lib/marked-text.ts';

/** What was true of the rule; asked for, its whole condition with these parts marked. */
export function AlertRule({
  rule,
  matched,
}: {
  readonly rule: string;
  readonly matched: readonly string[];
}): JSX.Element {
  const [isShown, setShown] = useState(false);
  return (
    <>
      <h3>Rule</h3>
      {matched.length > 0 && (
        <ul class="matched" aria-label="What was true of the rule">
          {matched.map((leaf) => (
            <li key={leaf}>
              <code>{leaf}</code>
            </li>
          ))}
        </ul>
      )}
      <p class="line">
        <button class="plain" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide the condition' : 'Show the condition'}
        </button>
        <a href={`/rules?rule=${encodeURIComponent(rule)}`}>To the rule</a>
      </p>
      {isShown && <Condition rule={rule} matched={matched} />}
    </>
  );
}

/** As the rule is loaded now, which may be another one than the one that fired. */
function Condition({
  rule,
  matched,
}: {
  readonly rule: string;
  readonly matched: readonly string[];
}): JSX.Element {
  const loaded = useLoaded(`rule ${rule}`, (signal) => call('getRule', { params: { name: rule }, signal }));
  return (
    <Shown of={loaded}>
      {({ condition }) => (
        <pre class="wrapped" tabIndex={0} aria-label="Condition">
          {markedPieces(condition, matched).map(({ text, isMarked }, index) =>
            isMarked ? <mark key={index}>{text}</mark> : text,
          )}
        </pre>
      )}
    </Shown>
  );
}
