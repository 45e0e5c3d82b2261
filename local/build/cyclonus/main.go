// Asks Cyclonus' policy engine which connections a set of NetworkPolicies lets through. Its own command prints tables for
// people; this one reads {"policies": […], "traffic": […]} from a file and writes one true or false a connection, as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	networkingv1 "k8s.io/api/networking/v1"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var question struct {
		Policies []*networkingv1.NetworkPolicy
		Traffic  []*matcher.Traffic
	}
	if err := json.Unmarshal(text, &question); err != nil {
		return err
	}
	policies := matcher.BuildNetworkPolicies(false, question.Policies)
	allowed := make([]bool, len(question.Traffic))
	for i, traffic := range question.Traffic {
		allowed[i] = policies.IsTrafficAllowed(traffic).IsAllowed()
	}
	return json.NewEncoder(os.Stdout).Encode(allowed)
}
