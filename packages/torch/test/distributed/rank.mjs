// One of several processes: does what the test asks for, and prints what came out as JSON. RANK, WORLD_SIZE, … are set.
import { distributed, liveTensors, manualSeed, nn, noGrad, randn, scoped, tensor } from '../../dist/index.js';

const task = process.argv[2];
const { GradientBuckets, Group, placeOf } = distributed;
const options = JSON.parse(process.env.GROUP_OPTIONS ?? '{}');
const list = (one) => (one === null || one === undefined ? null : one.toNumbers());

/** Sum of squares of each row of `z`, times what is given for it. */
const tasks = {
  collectives(group) {
    const { rank, size } = group;
    return scoped(() => {
      const sum = tensor([rank + 1, 10 * (rank + 1)]);
      group.allReduce_(sum);
      const most = tensor(Int32Array.of(rank, 5 - rank));
      group.allReduce_(most, 'max');
      const root = tensor([7 * rank + 5, rank]);
      group.broadcast_(root, 1);
      const layout = noGrad(() =>
        tensor(
          Array.from({ length: 16 }, (_, i) => i + 100 * rank),
          { shape: [1, 2, 2, 4] },
        ).to({ memoryFormat: 'channels_last' }),
      );
      group.broadcast_(layout);
      // The gather, and its gradient by finite differences: each rank's loss weighs all rows by weights of its own.
      const values = Array.from({ length: 6 }, (_, i) => 1 + i + 10 * rank);
      const rows = tensor(Float64Array.from(values), { shape: [2, 3] }).requiresGrad_();
      const weights = tensor(
        Float64Array.from({ length: 6 * size }, (_, i) => Math.sin(1 + i + 100 * rank)),
        { shape: [2 * size, 3] },
      );
      const lossOf = (own) => group.allGather(own).square().mul(weights).sum();
      lossOf(rows).backward();
      const total = (shift, place, who) => {
        const shifted = noGrad(() => rows.detach().clone());
        if (who === rank) noGrad(() => shifted.view([-1]).narrow(0, place, 1).add_(shift));
        const loss = noGrad(() => lossOf(shifted)).reshape([1]);
        group.allReduce_(loss);
        return loss.item();
      };
      const differences = [];
      for (let who = 0; who < size; who++)
        for (let place = 0; place < 6; place++) {
          const d = (total(1e-4, place, who) - total(-1e-4, place, who)) / 2e-4;
          if (who === rank) differences.push(d);
        }
      return {
        sum: list(sum),
        most: list(most),
        root: list(root),
        layout: list(layout),
        gathered: list(group.allGather(rows)),
        gradient: list(rows.grad),
        differences,
      };
    });
  },

  buckets(group) {
    const { rank, size } = group;
    manualSeed(3);
    class Net extends nn.Module {
      a = new nn.Linear(20, 64);
      b = new nn.Linear(64, 64);
      c = new nn.Linear(64, 8);
      unused = new nn.Linear(4, 4);
      frozen = new nn.Linear(8, 8);
      alone = new nn.Linear(8, 1); // only rank 1 uses it
      forward(x) {
        return this.frozen.call(this.c.call(this.b.call(this.a.call(x).relu()).relu()));
      }
    }
    const net = new Net().to({ dtype: 'float64' });
    for (const parameter of net.frozen.parameters()) parameter.requiresGrad_(false);
    const named = [...net.namedParameters()].filter(([, one]) => one.requiresGrad);
    const x = randn([4 * size, 20], { dtype: 'float64' });
    const loss = (input, withAlone) => {
      const y = net.call(input);
      const whole = y.square().sum();
      return withAlone ? whole.add(net.alone.call(y).sum()) : whole;
    };
    const gradients = () =>
      Object.fromEntries(named.map(([name, one]) => [name, scoped(() => list(one.grad))]));
    net.zeroGrad();
    scoped(() => {
      for (let other = 0; other < size; other++) loss(x.narrow(0, 4 * other, 4), other === 1).backward();
    });
    const expected = gradients();
    const buckets = new GradientBuckets(
      group,
      named.map(([, one]) => one),
      { bytes: 16_000 },
    );
    const overlapped = [];
    let got;
    for (let step = 0; step < 3; step++) {
      net.zeroGrad();
      buckets.arm();
      scoped(() => loss(x.narrow(0, 4 * rank, 4), rank === 1).backward());
      overlapped.push(buckets.finish());
      got = gradients();
    }
    // Accumulation: two halves, only the second of which is summed.
    net.zeroGrad();
    scoped(() => loss(x.narrow(0, 4 * rank, 2), rank === 1).backward());
    buckets.arm();
    scoped(() => loss(x.narrow(0, 4 * rank + 2, 2), rank === 1).backward());
    buckets.finish();
    const accumulated = gradients();
    buckets[Symbol.dispose]();
    net.dispose();
    x.dispose();
    return { expected, got, accumulated, overlapped, traffic: group.traffic() };
  },

  norm(group) {
    const { rank, size } = group;
    const out = {};
    for (const [name, dtype, options] of [
      ['float32', 'float32'],
      ['float64', 'float64'],
      ['bfloat16', 'float32'],
      ['bare', 'float64', { affine: false, trackRunningStats: false }],
    ]) {
      scoped(() => {
        manualSeed(5);
        // Rank r has 3 + r samples; values far from zero, where E[x²] − E[x]² would be lost in float32.
        const counts = Array.from({ length: size }, (_, other) => 3 + other);
        const total = counts.reduce((a, b) => a + b);
        const start = counts.slice(0, rank).reduce((a, b) => a + b, 0);
        const offset = name === 'bfloat16' ? 1 : 100;
        const whole = noGrad(() =>
          randn([total, 4, 5, 3], { dtype }).add(offset).to({ memoryFormat: 'channels_last' }),
        );
        const upstream = randn([total, 4, 5, 3], { dtype });
        const pair = [0, 1].map(() => new nn.BatchNorm2d(4, options).to({ dtype }));
        const scale = randn([4], { dtype });
        for (const norm of pair) noGrad(() => norm.weight?.copy_(scale));
        const [one, many] = pair;
        nn.synchronizeBatchNorm(many);
        const reduced = name === 'bfloat16' ? { dtype: 'bfloat16' } : {};
        const xWhole = whole.to(reduced).detach().clone().requiresGrad_();
        const xOwn = whole.to(reduced).detach().narrow(0, start, counts[rank]).clone().requiresGrad_();
        const y = one.call(xWhole);
        y.backward({ gradient: upstream.to(reduced) });
        const own = many.call(xOwn);
        own.backward({ gradient: upstream.to(reduced).narrow(0, start, counts[rank]) });
        const part = (all) => all.detach().narrow(0, start, counts[rank]);
        const off = (got, expected) =>
          noGrad(() => {
            const [g, e] = [got.detach(), expected.detach()].map((one) => one.to({ dtype: 'float64' }));
            return g.sub(e).linalgVectorNorm().item() / e.linalgVectorNorm().item();
          });
        out[name] = { y: off(own, part(y)), dx: off(xOwn.grad, part(xWhole.grad)) };
        if (options === undefined) {
          const dw = many.weight.grad.clone();
          group.allReduce_(dw);
          Object.assign(out[name], {
            dw: off(dw, one.weight.grad),
            mean: off(many.runningMean, one.runningMean),
            variance: off(many.runningVar, one.runningVar),
            evaluated: off(many.eval().call(xOwn), part(one.eval().call(xWhole))),
          });
        }
        for (const norm of pair) norm.dispose();
      });
    }
    return out;
  },

  /** Goes on until it is stopped; the victim dies as it is told. */
  async forever(group) {
    const { VICTIM, HOW } = process.env;
    for (let step = 0; ; step++) {
      if (step === 10) process.stderr.write(`rank ${group.rank} runs\n`);
      if (step === 20 && Number(VICTIM) === group.rank) {
        if (HOW === 'kill') process.kill(process.pid, 'SIGKILL');
        if (HOW === 'stop') process.kill(process.pid, 'SIGSTOP');
        if (HOW === 'exit') process.exit(3);
        if (HOW === 'throw') throw new Error('the disk is full');
        if (HOW === 'hang') await new Promise((resolve) => setTimeout(resolve, 1e6));
      }
      scoped(() => {
        const sum = tensor(new Float32Array(1e5));
        group.allReduce_(sum);
      });
      await new Promise(setImmediate);
    }
  },
};

const began = performance.now();
let group;
try {
  const place = placeOf();
  const record = JSON.parse(process.env.RECORD ?? '{}');
  group = await Group.meet(place, options);
  await group.connect(record);
  const results = {};
  for (const name of task.split(',')) results[name] = await tasks[name](group);
  await group[Symbol.asyncDispose]();
  console.log(JSON.stringify({ ...results, leaked: liveTensors() }));
} catch (error) {
  const failed = performance.now();
  const told = group === undefined ? error : await group.end(error);
  console.log(
    JSON.stringify({
      error: told.message,
      name: told.name,
      exitCode: told.exitCode,
      inquest: performance.now() - failed,
      after: failed - began,
      stack: told.name === 'GroupError' ? '' : told.stack,
    }),
  );
  process.exitCode = told.exitCode ?? 1;
}
