// A small site to learn on: rules with tests, an inventory, a week of synthetic
// events and the labels of the two attacks in it. Every byte is a constant
// function: no clock, no random source of the machine.
#ifndef MQWARDEN_PIPELINE_DEMO_H_
#define MQWARDEN_PIPELINE_DEMO_H_

#include <string>
#include <vector>

namespace mqwarden {

struct DemoFile {
  std::string path;  // below the folder of the demo
  std::string text;
};

std::vector<DemoFile> MakeDemo();

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_DEMO_H_
