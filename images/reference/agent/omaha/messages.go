package omaha

import "encoding/xml"

// Source of both messages: flatcar/update_engine, omaha_request_action.cc.

type request struct {
	XMLName        xml.Name   `xml:"request"`
	Protocol       string     `xml:"protocol,attr"`
	Version        string     `xml:"version,attr"`
	UpdaterVersion string     `xml:"updaterversion,attr"`
	InstallSource  string     `xml:"installsource,attr"`
	IsMachine      string     `xml:"ismachine,attr"`
	OS             system     `xml:"os"`
	App            requestApp `xml:"app"`
}

type system struct {
	Version     string `xml:"version,attr"`
	Platform    string `xml:"platform,attr"`
	ServicePack string `xml:"sp,attr"`
}

type requestApp struct {
	AppID         string    `xml:"appid,attr"`
	Version       string    `xml:"version,attr"`
	Track         string    `xml:"track,attr"`
	BootID        string    `xml:"bootid,attr"`
	OEM           string    `xml:"oem,attr"`
	OEMVersion    string    `xml:"oemversion,attr"`
	AlephVersion  string    `xml:"alephversion,attr"`
	MachineID     string    `xml:"machineid,attr"`
	MachineAlias  string    `xml:"machinealias,attr"`
	Lang          string    `xml:"lang,attr"`
	Board         string    `xml:"board,attr"`
	HardwareClass string    `xml:"hardware_class,attr"`
	DeltaOkay     bool      `xml:"delta_okay,attr"`
	Ping          *ping     `xml:"ping"`
	UpdateCheck   *struct{} `xml:"updatecheck"`
	Events        []Event   `xml:"event"`
}

type ping struct {
	Active int `xml:"active,attr"`
}

// Event is what has happened to an update.
type Event struct {
	Type            int     `xml:"eventtype,attr"`
	Result          int     `xml:"eventresult,attr"`
	ErrorCode       *int32  `xml:"errorcode,attr"`
	PreviousVersion *string `xml:"previousversion,attr"`
}

type response struct {
	XMLName xml.Name    `xml:"response"`
	App     responseApp `xml:"app"`
}

type responseApp struct {
	UpdateCheck *updateCheck `xml:"updatecheck"`
}

type updateCheck struct {
	Status       string    `xml:"status,attr"`
	PollInterval int       `xml:"PollInterval,attr"`
	URLs         []url     `xml:"urls>url"`
	Manifest     *manifest `xml:"manifest"`
}

type url struct {
	Codebase string `xml:"codebase,attr"`
}

type manifest struct {
	Version  string        `xml:"version,attr"`
	Packages []packageFile `xml:"packages>package"`
	Actions  []action      `xml:"actions>action"`
}

type packageFile struct {
	Name string `xml:"name,attr"`
	Size int64  `xml:"size,attr"`
}

type action struct {
	Event  string `xml:"event,attr"`
	SHA256 string `xml:"sha256,attr"`
}
