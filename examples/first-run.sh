# The README's commands: from a table of images and captions to a search.
npx xclr data inspect products.csv                       # what the data contain, and what to fix first
npx xclr train --data products.csv --text-encoder wordnet --run runs/products
npx xclr eval runs/products                              # kNN, linear probe, retrieval, alignment, as a page too
npx xclr embed runs/products products.csv vectors.parquet && npx xclr index build shop vectors.parquet
npx xclr search shop --image photo.jpg                   # the most similar images
