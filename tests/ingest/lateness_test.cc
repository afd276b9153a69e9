#include "mqwarden/ingest/lateness.h"

#include <chrono>
#include <string>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Place = Lateness::Place;

const Time kNow = *ParseTime("2026-11-20T09:00:00Z");
// Far from the events, so that nothing is judged by it.
const Time kFarWall = *ParseTime("2030-01-01T00:00:00Z");

TEST(LatenessTest, TwoSecondsBehindTheLatestAreOnTime) {
  Lateness source({});
  EXPECT_EQ(source.PlaceOf(kNow, kFarWall), Place::kOnTime);
  source.Take(kNow);
  EXPECT_EQ(source.PlaceOf(kNow - seconds(2), kFarWall), Place::kOnTime);
  EXPECT_EQ(source.PlaceOf(kNow - seconds(2) - Duration(1), kFarWall),
            Place::kLate);
  source.Take(kNow - seconds(1));
  EXPECT_EQ(source.watermark(), kNow - seconds(2));
}

TEST(LatenessTest, FloorMakesLate) {
  Lateness source({});
  source.Take(kNow);
  source.RaiseFloor(kNow + seconds(5));
  EXPECT_EQ(source.PlaceOf(kNow + seconds(4), kFarWall), Place::kLate);
  EXPECT_EQ(source.PlaceOf(kNow + seconds(5), kFarWall), Place::kOnTime);
  source.RaiseFloor(kNow);  // never lower
  EXPECT_EQ(source.watermark(), kNow + seconds(5));
}

TEST(LatenessTest, JumpHasToBeConfirmed) {
  Lateness source({});
  source.Take(kNow);
  EXPECT_EQ(source.PlaceOf(kNow + hours(1), kFarWall), Place::kOnTime);
  EXPECT_EQ(source.PlaceOf(kNow + hours(2), kFarWall), Place::kAhead);
  EXPECT_TRUE(source.Confirms(kNow + hours(2) - seconds(2), kNow + hours(2)));
  EXPECT_FALSE(source.Confirms(kNow + seconds(1), kNow + hours(2)));
}

TEST(LatenessTest, FutureIsJudgedByTheWallOnlyNearIt) {
  Lateness source({});
  source.Take(kNow);
  EXPECT_EQ(source.PlaceOf(kNow + seconds(600), kNow + seconds(1)),
            Place::kFuture);
  EXPECT_EQ(source.PlaceOf(kNow + seconds(200), kNow + seconds(1)),
            Place::kOnTime);
  // A wall clock that is ten years wrong, either way, changes nothing.
  for (const Time wall : {kNow - hours(87'600), kNow + hours(87'600)}) {
    EXPECT_EQ(source.PlaceOf(kNow + seconds(600), wall), Place::kOnTime);
  }
}

TEST(LatenessTest, StateGoesOn) {
  Lateness source({});
  source.Take(kNow);
  source.RaiseFloor(kNow - seconds(1));
  std::string bytes;
  ByteWriter writer(&bytes);
  source.Save(&writer);
  Lateness other({});
  ByteReader reader(bytes);
  other.Load(&reader);
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(other.latest(), source.latest());
  EXPECT_EQ(other.watermark(), source.watermark());
}

}  // namespace
}  // namespace mqwarden
