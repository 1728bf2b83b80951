import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { cutAt, indentAt, type Stretch } from '../lib/text-place.ts';

/** A stretch of the text that something is wrong with. */
export interface CodeMark extends Stretch {
  readonly severity: 'error' | 'warning';
}

/** Where to go in the text; a new object goes there again. */
export interface CodeTarget extends Stretch {
  /** The cursor goes there, too; otherwise it only comes into sight. */
  readonly focus: boolean;
}

/**
 * A field for a text in lines: numbers beside it, marks below what is wrong. It is a plain text field, so that keys,
 * search and screen readers work as in any other; Tab leaves it.
 */
export function CodeEditor({
  label,
  text,
  marks,
  target,
  describedBy,
  isReadOnly = false,
  onText,
  onNextMark,
  onSave,
}: {
  readonly label: string;
  readonly text: string;
  readonly marks: readonly CodeMark[];
  readonly target: CodeTarget | null;
  readonly describedBy: string;
  readonly isReadOnly?: boolean;
  readonly onText: (text: string) => void;
  /** F8: goes to the next mark behind the cursor. */
  readonly onNextMark: (offset: number) => void;
  readonly onSave: () => void;
}): JSX.Element {
  const field = useRef<HTMLTextAreaElement>(null);
  const place = useRef<HTMLSpanElement>(null);
  const lines = useMemo(() => text.split('\n').length, [text]);
  const numbers = useMemo(() => Array.from({ length: lines }, (_, i) => i + 1).join('\n'), [lines]);
  const pieces = useMemo(() => cutAt(text, marks), [text, marks]);
  useEffect(() => {
    if (target !== null && field.current !== null) {
      if (target.focus) {
        field.current.focus({ preventScroll: true });
      }
      field.current.setSelectionRange(target.start, target.end);
      place.current?.scrollIntoView({ block: 'center', inline: 'nearest' });
    }
  }, [target]);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    const { currentTarget: area, key, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (key === 'F8') {
      event.preventDefault();
      onNextMark(area.selectionEnd);
    } else if (key === 's' && (ctrlKey || metaKey)) {
      event.preventDefault();
      onSave();
    } else if (key === 'Enter' && !(ctrlKey || metaKey || shiftKey || altKey || isReadOnly)) {
      event.preventDefault();
      area.setRangeText(
        `\n${indentAt(area.value, area.selectionStart)}`,
        area.selectionStart,
        area.selectionEnd,
        'end',
      );
      onText(area.value);
    }
  };
  return (
    <div class="code">
      <pre class="code-numbers" aria-hidden="true">
        {numbers}
      </pre>
      <div class="code-body">
        <pre class="code-under" aria-hidden="true">
          {pieces.map(({ text: piece, of }, index) =>
            of === null ? (
              piece
            ) : (
              <span key={index} class={`code-mark ${of.severity}`}>
                {piece}
              </span>
            ),
          )}
          {'\n'}
        </pre>
        {/* What is looked for lies where its text does. */}
        <pre class="code-under" aria-hidden="true">
          {text.slice(0, target?.start ?? 0)}
          <span ref={place} />
        </pre>
        <textarea
          ref={field}
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={marks.some(({ severity }) => severity === 'error')}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          wrap="off"
          readOnly={isReadOnly}
          value={text}
          onInput={({ currentTarget: { value } }) => {
            onText(value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
    </div>
  );
}
