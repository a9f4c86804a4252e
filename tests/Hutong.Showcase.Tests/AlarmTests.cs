using Showcase.Dashboard;

namespace Hutong.Showcase;

/// <summary>The dashboard's alarm.</summary>
public class AlarmTests
{
    [Fact]
    public void Take_AroundTheBound_DoesNotFlap()
    {
        var alarm = new Alarm();
        alarm.Take(90).ShouldBeFalse();
        alarm.Take(90.1).ShouldBeTrue();
        alarm.IsOn.ShouldBeTrue();
        foreach (double value in (double[])[89, 91, 76, 75, 90])
            alarm.Take(value).ShouldBeFalse();
        alarm.IsOn.ShouldBeTrue();
        alarm.Take(74.9).ShouldBeTrue();
        alarm.IsOn.ShouldBeFalse();
        alarm.Take(89).ShouldBeFalse();
    }
}
