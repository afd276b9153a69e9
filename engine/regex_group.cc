#include "mqwarden/engine/regex_group.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "re2/re2.h"
#include "re2/stringpiece.h"

namespace mqwarden {
namespace {

// Fewer are as fast one by one.
constexpr size_t kMinTogether = 4;
constexpr int64_t kMaxBytesEach = int64_t{1} << 20;
constexpr int64_t kMaxBytes = int64_t{64} << 20;

}  // namespace

bool RegexGroup::MatchesAny(std::string_view text) const {
  if (set_.regexes.size() < kMinTogether) return MatchesOneByOne(text);
  absl::call_once(once_, [this] { Build(); });
  if (together_ == nullptr) return MatchesOneByOne(text);
  re2::RE2::Set::ErrorInfo error;
  if (together_->Match(re2::StringPiece(text.data(), text.size()), nullptr,
                       &error)) {
    return true;
  }
  return error.kind != re2::RE2::Set::kNoError && MatchesOneByOne(text);
}

bool RegexGroup::MatchesOneByOne(std::string_view text) const {
  const re2::StringPiece piece(text.data(), text.size());
  return std::any_of(set_.regexes.begin(), set_.regexes.end(),
                     [&piece](const auto& regex) {
                       return re2::RE2::PartialMatch(piece, *regex);
                     });
}

void RegexGroup::Build() const {
  re2::RE2::Options options;
  options.Copy(set_.regexes[0]->options());
  for (const auto& regex : set_.regexes) {
    if (regex->options().ParseFlags() != options.ParseFlags()) return;
  }
  options.set_max_mem(std::min<int64_t>(
      kMaxBytes, kMaxBytesEach * static_cast<int64_t>(set_.regexes.size())));
  auto together =
      std::make_unique<re2::RE2::Set>(options, re2::RE2::UNANCHORED);
  for (const auto& regex : set_.regexes) {
    if (together->Add(regex->pattern(), nullptr) < 0) return;
  }
  if (together->Compile()) together_ = std::move(together);
}

}  // namespace mqwarden
