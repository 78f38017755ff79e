// Reads a compose file as compose does and holds it to the house's rules.
//
//	go run . ../../docker-compose.yml
//
// Compose's own library finds unknown keys, bad values and references to nothing; this adds that
// every port is on loopback, every image is pinned, everything that stays up has a health check,
// every file that is mounted exists, and what is waited for can become healthy.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compose-check FILE")
		os.Exit(2)
	}
	project, err := load(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	complaints := check(project)
	for _, complaint := range complaints {
		fmt.Fprintf(os.Stderr, "%s: %s\n", os.Args[1], complaint)
	}
	if len(complaints) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%s: %d services, all well\n", os.Args[1], len(project.Services))
}

// All profiles, so that every service is looked at.
func load(file string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithProfiles([]string{"*"}))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}

func check(project *types.Project) []string {
	var complaints []string
	for _, name := range project.ServiceNames() {
		service := project.Services[name]
		for _, complaint := range checkService(project, service) {
			complaints = append(complaints, name+": "+complaint)
		}
	}
	return complaints
}

func checkService(project *types.Project, service types.ServiceConfig) []string {
	var complaints []string
	complain := func(format string, values ...any) {
		complaints = append(complaints, fmt.Sprintf(format, values...))
	}
	if _, tag, tagged := strings.Cut(service.Image, ":"); !tagged || tag == "latest" {
		complain("the image %q has no pinned tag", service.Image)
	}
	for _, port := range service.Ports {
		if port.HostIP != "127.0.0.1" {
			complain("port %s is open on %q, not on 127.0.0.1 only", port.Published, port.HostIP)
		}
	}
	if stays := service.Restart != "no"; stays && service.HealthCheck == nil {
		complain("it stays up but has no health check")
	}
	for _, volume := range service.Volumes {
		if volume.Type != types.VolumeTypeBind {
			continue
		}
		if _, err := os.Stat(volume.Source); err != nil {
			complain("it mounts %s, which does not exist", volume.Source)
		}
	}
	for other, how := range service.DependsOn {
		awaited := project.Services[other]
		switch how.Condition {
		case types.ServiceConditionHealthy:
			if awaited.HealthCheck == nil {
				complain("it waits for %s to be healthy, which has no health check", other)
			}
		case types.ServiceConditionCompletedSuccessfully:
			if awaited.Restart != "no" {
				complain("it waits for %s to end, which restarts for ever", other)
			}
		}
	}
	return complaints
}
