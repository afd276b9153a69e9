// Myers' greedy algorithm over numbered lines, without their common beginning and
// end.
#include "mqwarden/base/unified_diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace mqwarden {
namespace {

constexpr size_t kContext = 3;
constexpr int64_t kMaxSteps = 2000;

// With their ends.
std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Which lines are not in the other text: `kept[i]` for each old and new line.
struct Kept {
  std::vector<bool> old_lines;
  std::vector<bool> new_lines;
};

class Comparison {
 public:
  Comparison(const std::vector<std::string_view>& a,
             const std::vector<std::string_view>& b) {
    std::map<std::string_view, int> numbers;
    const auto number = [&](std::string_view line) {
      return numbers.try_emplace(line, static_cast<int>(numbers.size()))
          .first->second;
    };
    for (const std::string_view line : a) a_.push_back(number(line));
    for (const std::string_view line : b) b_.push_back(number(line));
    kept_.old_lines.assign(a.size(), false);
    kept_.new_lines.assign(b.size(), false);
  }

  Kept Run() {
    size_t begin = 0;
    size_t a_end = a_.size();
    size_t b_end = b_.size();
    while (begin < a_end && begin < b_end && a_[begin] == b_[begin]) {
      Keep(begin, begin);
      ++begin;
    }
    while (a_end > begin && b_end > begin && a_[a_end - 1] == b_[b_end - 1]) {
      Keep(--a_end, --b_end);
    }
    Middle(begin, a_end, b_end);
    return std::move(kept_);
  }

 private:
  void Keep(size_t old_line, size_t new_line) {
    kept_.old_lines[old_line] = true;
    kept_.new_lines[new_line] = true;
  }

  // The diagonals are x - y; after d steps those from -d to d are reached, each
  // as far as `x`. `trace` holds them for each d.
  void Middle(size_t begin, size_t a_end, size_t b_end) {
    const auto n = static_cast<int64_t>(a_end - begin);
    const auto m = static_cast<int64_t>(b_end - begin);
    const auto same = [&](int64_t x, int64_t y) {
      return a_[begin + static_cast<size_t>(x)] ==
             b_[begin + static_cast<size_t>(y)];
    };
    std::vector<std::vector<int64_t>> trace;
    std::vector<int64_t> reached = {0};
    const auto at = [](const std::vector<int64_t>& of, int64_t diagonal) {
      const auto middle = static_cast<int64_t>(of.size() / 2);
      const int64_t i = diagonal + middle;
      return i < 0 || i >= static_cast<int64_t>(of.size())
                 ? int64_t{-1}
                 : of[static_cast<size_t>(i)];
    };
    bool done = false;
    for (int64_t d = 0; !done; ++d) {
      if (d > kMaxSteps) return;  // nothing in between is called the same
      std::vector<int64_t> next(static_cast<size_t>(2 * d + 1), -1);
      for (int64_t k = -d; k <= d; k += 2) {
        int64_t x = 0;
        if (d > 0) {
          const int64_t down = at(reached, k + 1);
          const int64_t right = at(reached, k - 1);
          x = k == -d || (k != d && right < down) ? down : right + 1;
        }
        int64_t y = x - k;
        if (x > n || y > m || x < 0 || y < 0) continue;
        while (x < n && y < m && same(x, y)) ++x, ++y;
        next[static_cast<size_t>(k + d)] = x;
        if (x == n && y == m) done = true;
      }
      trace.push_back(next);
      reached = std::move(next);
    }
    int64_t x = n;
    int64_t y = m;
    for (auto d = static_cast<int64_t>(trace.size()) - 1; d >= 0; --d) {
      const int64_t k = x - y;
      int64_t from_x = 0;
      int64_t from_y = 0;
      if (d > 0) {
        const std::vector<int64_t>& before = trace[static_cast<size_t>(d - 1)];
        const int64_t down = at(before, k + 1);
        const int64_t right = at(before, k - 1);
        const bool went_down = k == -d || (k != d && right < down);
        const int64_t from = went_down ? k + 1 : k - 1;
        from_x = went_down ? down : right;
        from_y = from_x - from;
        const int64_t start = went_down ? from_x : from_x + 1;
        while (x > start) {
          --x, --y;
          Keep(begin + static_cast<size_t>(x), begin + static_cast<size_t>(y));
        }
      } else {
        while (x > 0) {
          --x, --y;
          Keep(begin + static_cast<size_t>(x), begin + static_cast<size_t>(y));
        }
      }
      x = from_x;
      y = from_y;
    }
  }

  std::vector<int> a_;
  std::vector<int> b_;
  Kept kept_;
};

// One line of the whole: kept, or of one text only.
struct Row {
  char sign;
  std::string_view line;
};

void AppendRange(size_t begin, size_t count, std::string* out) {
  *out += std::to_string(count == 0 ? begin : begin + 1);
  if (count != 1) *out += "," + std::to_string(count);
}

void AppendRow(const Row& row, std::string* out) {
  *out += row.sign;
  *out += row.line;
  if (row.line.back() != '\n') *out += "\n\\ No newline at end of file\n";
}

}  // namespace

std::string UnifiedDiff(std::string_view old_name, std::string_view old_text,
                        std::string_view new_name, std::string_view new_text) {
  if (old_text == new_text) return "";
  const std::vector<std::string_view> a = Lines(old_text);
  const std::vector<std::string_view> b = Lines(new_text);
  const Kept kept = Comparison(a, b).Run();

  std::vector<Row> rows;
  size_t j = 0;
  for (size_t i = 0; i <= a.size(); ++i) {
    if (i < a.size() && !kept.old_lines[i]) {
      rows.push_back({'-', a[i]});
      continue;
    }
    while (j < b.size() && !kept.new_lines[j]) rows.push_back({'+', b[j++]});
    if (i < a.size()) rows.push_back({' ', a[i]}), ++j;
  }

  std::string out = "--- " + std::string(old_name) + "\n+++ " +
                    std::string(new_name) + "\n";
  size_t old_line = 0;
  size_t new_line = 0;
  const auto pass = [&](size_t row) {
    old_line += rows[row].sign != '+';
    new_line += rows[row].sign != '-';
  };
  size_t at = 0;  // the first row that is in no hunk yet
  while (true) {
    size_t change = at;
    while (change < rows.size() && rows[change].sign == ' ') ++change;
    if (change == rows.size()) return out;
    const size_t begin = std::max(at, change - std::min(change, kContext));
    size_t end = change;  // behind the last change of the hunk
    for (size_t row = change; row < rows.size() && row <= end + 2 * kContext;
         ++row) {
      if (rows[row].sign != ' ') end = row + 1;
    }
    end = std::min(end + kContext, rows.size());
    while (at < begin) pass(at++);
    const size_t old_begin = old_line;
    const size_t new_begin = new_line;
    while (at < end) pass(at++);
    out += "@@ -";
    AppendRange(old_begin, old_line - old_begin, &out);
    out += " +";
    AppendRange(new_begin, new_line - new_begin, &out);
    out += " @@\n";
    for (size_t row = begin; row < end; ++row) AppendRow(rows[row], &out);
  }
}

}  // namespace mqwarden
