// Tests the handle table: what a handle finds, when it turns stale, and that values are let go at once.
// Runs the case named on the command line; exits with 1 and the failed expression when it does not hold.

#include "handles.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>

#define EXPECT(condition)                                                     \
  do {                                                                        \
    if (!(condition)) {                                                       \
      std::fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition); \
      std::exit(1);                                                           \
    }                                                                         \
  } while (0)

using Table = xclr::HandleTable<std::shared_ptr<int>>;

namespace {

bool throws(Table& table, uint32_t handle) {
  try {
    table.at(handle);
  } catch (const std::runtime_error&) {
    return true;
  }
  return false;
}

void round_trip() {
  Table table;
  const uint32_t one = table.add(std::make_shared<int>(1));
  const uint32_t two = table.add(std::make_shared<int>(2));
  EXPECT(one != two);
  EXPECT(*table.at(one) == 1);
  EXPECT(*table.at(two) == 2);
  EXPECT(table.live() == 2);
}

void stale_handles() {
  Table table;
  const uint32_t handle = table.add(std::make_shared<int>(1));
  EXPECT(table.remove(handle));
  EXPECT(throws(table, handle));
  EXPECT(throws(table, 0));
  EXPECT(throws(table, 0xffffffffu));
}

void double_free() {
  Table table;
  const uint32_t handle = table.add(std::make_shared<int>(1));
  EXPECT(table.remove(handle));
  EXPECT(!table.remove(handle));
  EXPECT(table.live() == 0);
}

void slot_reuse() {
  Table table;
  const uint32_t first = table.add(std::make_shared<int>(1));
  table.remove(first);
  const uint32_t second = table.add(std::make_shared<int>(2));
  EXPECT((first & Table::kIndexMask) == (second & Table::kIndexMask));  // the slot is used again
  EXPECT(throws(table, first));                                         // and the old handle stays stale
  EXPECT(!table.remove(first));                                         // and frees nobody else's tensor
  EXPECT(*table.at(second) == 2);
}

void never_zero() {
  Table table;
  for (int i = 0; i < 10000; ++i) {
    const uint32_t handle = table.add(std::make_shared<int>(i));
    EXPECT(handle != 0);
    table.remove(handle);
  }
}

void generations_wrap() {
  Table table;
  const uint32_t first = table.add(std::make_shared<int>(1));
  table.remove(first);
  // Generation 0 is skipped, so a slot has kGenerationMask lives before a handle comes again.
  for (uint32_t life = 1; life < Table::kGenerationMask; ++life) {
    const uint32_t handle = table.add(std::make_shared<int>(2));
    EXPECT(handle != first);
    table.remove(handle);
  }
  EXPECT(table.add(std::make_shared<int>(3)) == first);
}

void values_are_released() {
  std::weak_ptr<int> seen;
  Table table;
  auto value = std::make_shared<int>(1);
  seen = value;
  const uint32_t handle = table.add(std::move(value));
  EXPECT(!seen.expired());
  table.remove(handle);
  EXPECT(seen.expired());  // at once, not when the slot is used again
}

void a_full_table() {
  xclr::HandleTable<char> table;
  uint32_t last = 0;
  for (uint32_t i = 0; i <= decltype(table)::kIndexMask; ++i) last = table.add('x');
  bool refused = false;
  try {
    table.add('x');
  } catch (const std::runtime_error&) {
    refused = true;
  }
  EXPECT(refused);
  EXPECT(table.remove(last));
  EXPECT(table.add('y') != last);  // a freed slot serves again
}

// Against a std::map that never reuses anything.
void random_use() {
  std::mt19937 random(7);
  Table table;
  std::map<uint32_t, int> expected;
  std::vector<uint32_t> dead;
  for (int i = 0; i < 200000; ++i) {
    if (expected.empty() || random() % 5 < 3) {
      const uint32_t handle = table.add(std::make_shared<int>(i));
      EXPECT(expected.emplace(handle, i).second);
    } else {
      auto chosen = expected.lower_bound(static_cast<uint32_t>(random()));
      if (chosen == expected.end()) chosen = expected.begin();
      EXPECT(*table.at(chosen->first) == chosen->second);
      EXPECT(table.remove(chosen->first));
      dead.push_back(chosen->first);
      expected.erase(chosen);
    }
    EXPECT(table.live() == expected.size());
  }
  for (const auto& [handle, value] : expected) EXPECT(*table.at(handle) == value);
  for (uint32_t handle : dead) {
    if (expected.count(handle) == 0) EXPECT(throws(table, handle));
  }
}

const std::map<std::string, void (*)()> kCases = {
    {"round_trip", round_trip},       {"stale_handles", stale_handles},
    {"double_free", double_free},     {"slot_reuse", slot_reuse},
    {"never_zero", never_zero},       {"generations_wrap", generations_wrap},
    {"a_full_table", a_full_table},   {"values_are_released", values_are_released},
    {"random_use", random_use},
};

}  // namespace

int main(int count, char** arguments) {
  const auto found = count == 2 ? kCases.find(arguments[1]) : kCases.end();
  if (found == kCases.end()) {
    std::fprintf(stderr, "usage: handles_test CASE\n");
    return 2;
  }
  found->second();
  return 0;
}
