#!/bin/sh
# Two machines with four processes each, started by torchrun. Run this on both, with NODE_RANK=0 on the first and 1 on the second.
# torchrun comes with pip's torch; it starts any program, here Node. --no_python says that it is not a Python script, and -- that
# what follows is the program's: torchrun would take --run for its own --run-path.
# MASTER_ADDR is the first machine's address in the network.
exec torchrun \
  --nnodes 2 --node_rank "${NODE_RANK:-0}" --nproc_per_node 4 \
  --master_addr "${MASTER_ADDR:-10.0.0.1}" --master_port "${MASTER_PORT:-29500}" \
  --max_restarts 3 \
  --no_python -- \
  npx xclr train --data /data/products --batch-size 256 --epochs 100 --run /shared/runs/products
