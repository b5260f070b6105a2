// The memory of past embeddings: a ring that is saved with the run, so that a resumed run compares with the same ones.
import { arange, full, nn, noGrad, scoped, type Tensor, tensor, zeros } from '@xclr/torch';

/** The last `size` embeddings and whose they are; used once it is full. */
export class EmbeddingMemory extends nn.Module {
  readonly embeddings: nn.Buffer; // (m, d)
  readonly samples: nn.Buffer; // (m) int64 places in the data set; −1 for none yet
  readonly next: nn.Buffer; // (1) int64 where the next embedding goes
  /** The same as `samples`, and as `next`, here; undefined until they were read back. */
  #ids: Int32Array | undefined;
  #next = 0;

  constructor(size: number, dimensions: number) {
    super();
    this.embeddings = nn.buffer(zeros([size, dimensions]));
    this.samples = nn.buffer(full([size], -1, { dtype: 'int64' }));
    this.next = nn.buffer(zeros([1], { dtype: 'int64' }));
  }

  forward(): Tensor {
    return this.embeddings;
  }

  /** Whose embeddings it holds; undefined while it is not full. Waits for the device once after the model was loaded. */
  ids(): Int32Array | undefined {
    const ids = this.#read();
    return ids.includes(-1) ? undefined : ids;
  }

  /** Takes the embeddings of a step in, in the place of the oldest. */
  push(z: Tensor, ids: Int32Array): void {
    const own = this.#read();
    const size = own.length;
    const taken = Math.min(size, ids.length);
    const first = ids.length - taken; // more than it holds: the last of them
    const places = Int32Array.from({ length: taken }, (_, i) => (this.#next + i) % size);
    places.forEach((place, i) => {
      own[place] = ids[first + i]!;
    });
    this.#next = (this.#next + taken) % size;
    const { device } = this.embeddings;
    noGrad(() =>
      scoped(() => {
        const at = tensor(places, { device }).to({ dtype: 'int64' }); // (taken)
        const rows = z.detach().narrow(0, first, taken).to({ dtype: this.embeddings.dtype }); // (taken, d)
        this.embeddings.indexCopy_(0, at, rows);
        this.samples.indexCopy_(0, at, tensor(ids.slice(first), { device }).to({ dtype: 'int64' }));
        this.next.copy_(arange(1, { dtype: 'int64', device }).add(this.#next));
      }),
    );
  }

  #read(): Int32Array {
    if (this.#ids === undefined) {
      this.#ids = Int32Array.from(this.samples.toNumbers());
      this.#next = this.next.toNumbers()[0]!;
    }
    return this.#ids;
  }
}
