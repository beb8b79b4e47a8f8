/** Controls that the parts of the panel share. */

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface Choice<T> {
  readonly value: T;
  readonly title: string;
}

/** One of a few, all in sight. */
export function Segments<T extends string>({
  legend,
  choices,
  value,
  onChoose,
}: {
  readonly legend: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
}) {
  const group = useId();
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{legend}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input type="radio" name={group} checked={choice.value === value} onChange={() => onChoose(choice.value)} />
          <span>{choice.title}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** One of some, in a list that opens. Values are compared by their text. */
export function Choose<T extends string | number | boolean>({
  label,
  choices,
  value,
  hint,
  disabled,
}: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: Signal<T>;
  readonly hint?: string | undefined;
  readonly disabled?: boolean | undefined;
}) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint}>
      <select
        id={id}
        class="field"
        disabled={disabled ?? false}
        value={String(value.value)}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => {
          const found = choices.find((choice) => String(choice.value) === event.currentTarget.value);
          if (found !== undefined) value.value = found.value;
        }}
      >
        {choices.map((choice) => (
          <option key={String(choice.value)} value={String(choice.value)}>
            {choice.title}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** A control under its name, with a word below it where it needs one. */
export function Labelled({
  id,
  label,
  hint,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="labelled-control">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p class="note" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
