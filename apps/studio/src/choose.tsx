// A labelled choice of one of some named things: runs, files, steps.
export interface ChooseProps {
  readonly label: string;
  /** Id of the one that is chosen. */
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly name: string }[];
  /** What stands for none of them, where that may be. */
  readonly none?: string;
  readonly onChoose: (id: string) => void;
}

export function Choose({ label, value, options, none, onChoose }: ChooseProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
