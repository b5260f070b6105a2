// Ranges of files, read one after the other into one piece of memory on a thread of their own, each held against its checksum: a batch of
// stored images costs JavaScript's thread one call.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tensors.h"

namespace xclr {
namespace {

// crc32 as zlib and PNG have it (polynomial 0xedb88320, reflected), eight bytes at a time: T. Kounavis and F. Berry, "Novel table
// lookup-based algorithms for high-performance CRC generation", 2008 (slicing by 8).
using Tables = std::array<std::array<uint32_t, 256>, 8>;

Tables makeTables() {
  Tables tables;
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t sum = i;
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xedb88320u : sum >> 1;
    tables[0][i] = sum;
  }
  for (size_t slice = 1; slice < 8; ++slice)
    for (uint32_t i = 0; i < 256; ++i) {
      const uint32_t before = tables[slice - 1][i];
      tables[slice][i] = (before >> 8) ^ tables[0][before & 0xff];
    }
  return tables;
}

uint32_t crc32Of(const uint8_t* bytes, size_t size) {
  static const Tables tables = makeTables();
  uint32_t sum = 0xffffffffu;
  const auto word = [](const uint8_t* at) {
    return static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 | static_cast<uint32_t>(at[2]) << 16 |
           static_cast<uint32_t>(at[3]) << 24;
  };
  for (; size >= 8; bytes += 8, size -= 8) {
    const uint32_t low = word(bytes) ^ sum;
    const uint32_t high = word(bytes + 4);
    sum = tables[7][low & 0xff] ^ tables[6][low >> 8 & 0xff] ^ tables[5][low >> 16 & 0xff] ^ tables[4][low >> 24] ^
          tables[3][high & 0xff] ^ tables[2][high >> 8 & 0xff] ^ tables[1][high >> 16 & 0xff] ^ tables[0][high >> 24];
  }
  for (; size > 0; ++bytes, --size) sum = (sum >> 8) ^ tables[0][(sum ^ *bytes) & 0xff];
  return ~sum;
}

struct Range {
  int file;
  double offset;
  uint32_t length;
  uint32_t sum;
};

// What became of a range, as a number for JavaScript: whole, not what its checksum says, or how many bytes are missing. An error of the
// system is its number below zero.
constexpr double kWhole = 0;
constexpr double kDamaged = 0.5;

double readRange(const Range& range, uint8_t* into) {
  uint32_t done = 0;
  while (done < range.length) {
    const ssize_t got =
        ::pread(range.file, into + done, range.length - done, static_cast<off_t>(range.offset) + static_cast<off_t>(done));
    if (got == 0) return static_cast<double>(range.length - done);
    if (got < 0) {
      if (errno == EINTR) continue;
      return -static_cast<double>(errno);
    }
    done += static_cast<uint32_t>(got);
  }
  return crc32Of(into, range.length) == range.sum ? kWhole : kDamaged;
}

struct Reading {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref memory = nullptr;  // keeps the memory alive that is written to
  std::vector<Range> ranges;
  uint8_t* into = nullptr;
  std::vector<double> outcomes;
};

void readAll(napi_env, void* data) {
  auto& job = *static_cast<Reading*>(data);
  uint8_t* into = job.into;
  for (const Range& range : job.ranges) {
    job.outcomes.push_back(readRange(range, into));
    into += range.length;
  }
}

void finishReading(napi_env env, napi_status, void* data) {
  std::unique_ptr<Reading> job(static_cast<Reading*>(data));
  napi_value list;
  napi_create_array_with_length(env, job->outcomes.size(), &list);
  for (uint32_t i = 0; i < job->outcomes.size(); ++i) {
    napi_value outcome;
    napi_create_double(env, job->outcomes[i], &outcome);
    napi_set_element(env, list, i, outcome);
  }
  napi_resolve_deferred(env, job->deferred, list);
  napi_delete_reference(env, job->memory);
  napi_delete_async_work(env, job->work);
}

template <typename T>
const T* column(napi_env env, napi_value value, size_t rows, const char* what) {
  const Bytes bytes = toBytes(env, value, what);
  if (bytes.size != rows * sizeof(T)) throw std::runtime_error(std::string(what) + ": expected as many as there are files");
  return static_cast<const T*>(bytes.data);
}

// readRanges(files (n) int32, offsets (n) float64, lengths (n) uint32, sums (n) uint32, into) → promise of n outcomes
napi_value readRanges(napi_env env, Arguments& args) {
  const Bytes files = toBytes(env, args[0], "readRanges: files");
  const size_t rows = files.size / sizeof(int32_t);
  const auto* file = static_cast<const int32_t*>(files.data);
  const auto* offset = column<double>(env, args[1], rows, "readRanges: offsets");
  const auto* length = column<uint32_t>(env, args[2], rows, "readRanges: lengths");
  const auto* sum = column<uint32_t>(env, args[3], rows, "readRanges: sums");
  const Bytes into = toBytes(env, args[4], "readRanges: into");
  auto job = std::make_unique<Reading>();
  job->into = static_cast<uint8_t*>(into.data);
  size_t total = 0;
  for (size_t i = 0; i < rows; ++i) {
    job->ranges.push_back({file[i], offset[i], length[i], sum[i]});
    total += length[i];
  }
  if (total > into.size) throw std::runtime_error("readRanges: the ranges have more bytes than there is memory for");
  napi_value promise, name;
  check(napi_create_promise(env, &job->deferred, &promise), "napi_create_promise");
  check(napi_create_reference(env, args[4], 1, &job->memory), "napi_create_reference");
  check(napi_create_string_utf8(env, "xclr file ranges", NAPI_AUTO_LENGTH, &name), "napi_create_string");
  check(napi_create_async_work(env, nullptr, name, readAll, finishReading, job.get(), &job->work), "napi_create_async_work");
  check(napi_queue_async_work(env, job->work), "napi_queue_async_work");
  job.release();  // finishReading() deletes it
  return promise;
}

}  // namespace

void defineFileRanges(napi_env env, napi_value exports) { define<readRanges>(env, exports, "readRanges"); }

}  // namespace xclr
