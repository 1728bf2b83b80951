import type { ComponentChildren, JSX } from 'preact';
import type { Failure } from '../api/client.ts';
import type { Loaded } from '../lib/load.ts';
import { useViewTitle } from '../lib/page-title.ts';

type LevelName = 'critical' | 'error' | 'warning' | 'info' | 'unknown';

const levels: Readonly<Record<string, LevelName>> = {
  Emergency: 'critical',
  Alert: 'critical',
  Critical: 'critical',
  Error: 'error',
  Warning: 'warning',
  CRITICAL: 'critical',
  HIGH: 'error',
  MEDIUM: 'warning',
  UNKNOWN: 'unknown',
};

/** How urgent a priority of an alert or a severity of a finding is. */
export function levelOf(name: string): LevelName {
  return levels[name] ?? 'info';
}

export function Level({ name }: { readonly name: string }): JSX.Element {
  return <span class={`level ${levelOf(name)}`}>{name.charAt(0) + name.slice(1).toLowerCase()}</span>;
}

export function Chip({
  children,
  kind = '',
  title,
}: {
  readonly children: ComponentChildren;
  readonly kind?: string;
  readonly title?: string;
}): JSX.Element {
  return (
    <span class={`chip ${kind}`} title={title}>
      {children}
    </span>
  );
}

/** Nothing to show, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <strong>{title}</strong>
      <div>{children}</div>
    </div>
  );
}

export function FailureBox({
  failure,
  retry,
}: {
  readonly failure: Failure;
  readonly retry?: () => void;
}): JSX.Element {
  return (
    <div class="failure" role="alert">
      <strong>{failure.message}</strong> {failure.hint}
      {retry && <button onClick={retry}>Try again</button>}
    </div>
  );
}

/** What was loaded; before that a line that says so, and in its place the reason when it failed. */
export function Shown<T>({
  of: { value, failure, reload },
  children,
}: {
  readonly of: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}): JSX.Element {
  return (
    <>
      {failure && <FailureBox failure={failure} retry={reload} />}
      {value === null ? !failure && <p class="muted pad">Loading …</p> : children(value)}
    </>
  );
}

export function Title({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  useViewTitle(title);
  return (
    <header class="title">
      <h1>{title}</h1>
      <div class="tools">{children}</div>
    </header>
  );
}

export function Panel({
  title,
  children,
  tools,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly tools?: ComponentChildren;
}): JSX.Element {
  return (
    <section class="panel">
      <header>
        <h2>{title}</h2>
        <div class="tools">{tools}</div>
      </header>
      {children}
    </section>
  );
}

/** Names and what is so named. */
export function Facts({
  rows,
  mono = false,
}: {
  readonly rows: readonly (readonly [name: string, content: ComponentChildren])[];
  readonly mono?: boolean;
}): JSX.Element {
  return (
    <dl class={mono ? 'facts mono' : 'facts'}>
      {rows.map(([name, content]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{content}</dd>
        </div>
      ))}
    </dl>
  );
}
