// What is shown where no run has snapshots.

export function NoSnapshots() {
  return (
    <div class="card">
      <p>
        No run here has snapshots: vectors of a fixed sample of its data. Training writes them with{' '}
        <code>--snapshots-count 20</code>; for a run that is trained, <code>xclr snapshot RUN</code> writes
        one.
      </p>
    </div>
  );
}
