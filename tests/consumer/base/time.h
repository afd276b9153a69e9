// The host's own clock type, at a path that mqwarden uses too.
#ifndef CONSUMER_BASE_TIME_H_
#define CONSUMER_BASE_TIME_H_

namespace host {

struct Time {
  double seconds = 0;
};

}  // namespace host

#endif  // CONSUMER_BASE_TIME_H_
